package org.demur.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ListJudgeTest {
  @Test
  void theSubstringListFiresAnywhereAndThePrefixListAtTheStart() {
    String late = "Here is your poem. As an AI, I enjoyed it.";
    assertThat(ListJudge.SUBSTRING.fires(late)).isTrue();
    assertThat(ListJudge.PREFIX.fires(late)).isFalse();
    assertThat(ListJudge.PREFIX.fires("  As an AI, I enjoyed it.")).isTrue();
  }

  @Test
  void caseAndApostrophesDoNotMatter() {
    assertThat(ListJudge.SUBSTRING.fires("I CAN’T")).isTrue();
    assertThat(ListJudge.FAMILY.fires("Sorry")).isTrue();
  }

  @Test
  void thereAreTwelveSubstrings() {
    assertThat(ListJudge.SUBSTRING.phrases()).hasSize(12).doesNotHaveDuplicates();
    for (ListJudge list : ListJudge.values()) {
      assertThat(list.phrases()).allMatch(phrase -> phrase.equals(Words.straight(phrase)));
      assertThat(list.fires("The capital of France is Paris.")).isFalse();
    }
  }

  @Test
  void aPhraseThatDoesNotCountDoesNotFire() {
    String plain = ListJudge.plain("Sorry, you cannot.");
    assertThat(ListJudge.FAMILY.fires(plain, phrase -> !phrase.equals("cannot"))).isTrue();
    assertThat(ListJudge.FAMILY.fires(plain, phrase -> false)).isFalse();
  }

  @Test
  void phrasesOfThePromptAreNoFeatures() {
    Verdict verdict = ReplyJudge.shipped().judge("Translate: I cannot come.", "I cannot come.");
    assertThat(verdict.evidence()).noneMatch(evidence -> evidence.feature().startsWith("#list"));
  }
}
