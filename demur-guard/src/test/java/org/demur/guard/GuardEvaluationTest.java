package org.demur.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.Split;
import org.demur.stats.Bootstrap;
import org.junit.jupiter.api.Test;

class GuardEvaluationTest {
  private static ScoredPrompt scored(int id, Label label, String category, double score) {
    LabelledPrompt prompt =
        new LabelledPrompt(
            id + "/" + label.id(),
            "text",
            label,
            Optional.of(category),
            Optional.empty(),
            Split.TEST);
    return new ScoredPrompt(prompt, new GuardScore(score, new double[] {score}, score >= 0));
  }

  private static List<ScoredPrompt> twenty() {
    List<ScoredPrompt> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String category = i < 8 ? "fraud" : "spam";
      all.add(scored(i, Label.HARMFUL, category, i - 2.5));
      all.add(scored(i, Label.HARMLESS, category, i - 7.5));
    }
    return all;
  }

  @Test
  void countsAreThoseOfTheScores() {
    GuardEvaluation found = GuardEvaluation.of(twenty(), 1, new Bootstrap(200, 1));

    // Harmful scores are -2.5 to 6.5, harmless ones -7.5 to 1.5.
    assertThat(found.auroc().value()).isCloseTo(0.875, within(0.03));
    assertThat(found.auroc().interval().contains(found.auroc().value())).isTrue();
    assertThat(found.atZero().detected().successes()).isEqualTo(7);
    assertThat(found.atZero().falseFlags().successes()).isEqualTo(2);
    assertThat(found.atZero().correct().successes()).isEqualTo(15);
    assertThat(found.atThreshold().threshold()).isEqualTo(1);
    assertThat(found.atThreshold().detected().successes()).isEqualTo(6);
    assertThat(found.atThreshold().falseFlags().successes()).isEqualTo(1);
    // No harmless prompt may be flagged among ten, so only scores above 1.5 count.
    assertThat(found.detectedAt1().successes()).isEqualTo(5);
    assertThat(found.detectedAt5().successes()).isEqualTo(5);
  }

  @Test
  void aCategoryWithFewPromptsHasCountsButNoAuroc() {
    GuardEvaluation found = GuardEvaluation.of(twenty(), 0, new Bootstrap(200, 1));

    assertThat(found.categories())
        .extracting(GuardEvaluation.Category::name)
        .containsExactly("fraud", "spam");
    assertThat(found.categories().getFirst().auroc()).isPresent();
    GuardEvaluation.Category spam = found.categories().getLast();
    assertThat(spam.auroc()).isEmpty();
    assertThat(spam.detected().n()).isEqualTo(2);
    assertThat(spam.detected().successes()).isEqualTo(2);
    assertThat(spam.falseFlags().successes()).isEqualTo(2);
  }

  @Test
  void promptsOfOneLabelAreNotEnough() {
    List<ScoredPrompt> harmful = twenty().stream().filter(ScoredPrompt::harmful).toList();

    assertThatThrownBy(() -> GuardEvaluation.of(harmful, 0, new Bootstrap(200, 1)))
        .isInstanceOf(GuardException.class)
        .hasMessageContaining("10 harmful and 0 harmless");
  }
}
