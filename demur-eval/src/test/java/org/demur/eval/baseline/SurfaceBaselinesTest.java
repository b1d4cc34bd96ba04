package org.demur.eval.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.demur.eval.EvalException;
import org.demur.stats.Auroc;
import org.demur.stats.Bootstrap;
import org.junit.jupiter.api.Test;

final class SurfaceBaselinesTest {
  private static final List<String> WORDS =
      List.of("river", "stone", "cloud", "lamp", "bread", "road");

  @Test
  void aWordThatGivesTheClassAwayIsFoundByTheBagOfWordsOnly() {
    List<SurfaceScores> scores =
        SurfaceBaselines.evaluate(
            rows(1, 60, "%s secret %s %s please.", "%s public %s %s please."),
            rows(2, 40, "%s secret %s %s please.", "%s public %s %s please."),
            7);
    assertThat(auroc(scores, "bag-of-words")).isEqualTo(1);
    assertThat(auroc(scores, "length")).isBetween(0.3, 0.75);
    assertThat(auroc(scores, "last-word")).isEqualTo(0.5);
  }

  @Test
  void lengthAndEndingAreFoundByTheirOwnBaselines() {
    List<SurfaceScores> byLength =
        SurfaceBaselines.evaluate(
            rows(3, 60, "%s %s %s %s %s %s.", "%s %s %s."),
            rows(4, 40, "%s %s %s %s %s %s.", "%s %s %s."),
            7);
    assertThat(auroc(byLength, "length")).isEqualTo(1);
    List<SurfaceScores> byEnd =
        SurfaceBaselines.evaluate(
            rows(5, 60, "%s %s %s road?", "%s %s %s road."),
            rows(6, 40, "%s %s %s road?", "%s %s %s road."),
            7);
    assertThat(auroc(byEnd, "last-word")).isEqualTo(1);
    assertThat(auroc(byEnd, "bag-of-words")).isBetween(0.25, 0.75);
  }

  @Test
  void theControlIsNearChanceOverSeveralShuffles() {
    List<LabelledText> train = rows(1, 100, "%s secret %s %s.", "%s public %s %s.");
    List<LabelledText> test = rows(2, 60, "%s %s %s.", "%s %s %s.");
    double sum = 0;
    for (int seed = 0; seed < 10; seed++) {
      sum += auroc(SurfaceBaselines.evaluate(train, test, seed), SurfaceBaselines.SHUFFLED);
    }
    assertThat(sum / 10).isBetween(0.4, 0.6);
  }

  @Test
  void scoresStandInTheOrderOfTheTestRowsAndAreRepeatable() {
    List<LabelledText> train = rows(1, 40, "%s secret %s %s.", "%s public %s %s.");
    List<LabelledText> test = rows(9, 10, "%s secret %s %s.", "%s public %s %s.");
    List<SurfaceScores> scores = SurfaceBaselines.evaluate(train, test, 3);
    assertThat(scores)
        .extracting(SurfaceScores::name)
        .containsExactly("bag-of-words", "length", "last-word", "shuffled-labels");
    assertThat(scores.getFirst().scores()).hasSize(20);
    assertThat(scores.getFirst().positive()).startsWith(true, false);
    assertThat(scores.getFirst().positives()).hasSize(10);
    assertThat(scores.getFirst().positives()[0]).isEqualTo(scores.getFirst().scores()[0]);
    assertThat(SurfaceBaselines.evaluate(train, test, 3).getLast().scores())
        .isEqualTo(scores.getLast().scores());
    assertThat(scores.getFirst().auroc(Bootstrap.standard(1)).n()).isEqualTo(20);
  }

  @Test
  void promptsWithoutWordsAndUnknownWordsAreScored() {
    List<LabelledText> train = rows(1, 20, "%s secret.", "%s public.");
    List<LabelledText> test =
        List.of(
            new LabelledText("", true),
            new LabelledText("???", false),
            new LabelledText("zebra", false));
    for (SurfaceScores scores : SurfaceBaselines.evaluate(train, test, 1)) {
      assertThat(scores.scores()).doesNotContain(Double.NaN);
    }
  }

  @Test
  void emptyAndOneClassDataAreNamed() {
    List<LabelledText> rows = rows(1, 3, "%s a", "%s b");
    assertThatThrownBy(() -> SurfaceBaselines.evaluate(rows, List.of(), 1))
        .isInstanceOf(EvalException.class)
        .hasMessage("there is no test row for the baselines");
    List<LabelledText> oneClass = rows.stream().filter(LabelledText::positive).toList();
    assertThatThrownBy(() -> SurfaceBaselines.evaluate(oneClass, rows, 1))
        .hasMessageContaining("3 of 3 training rows");
  }

  private static double auroc(List<SurfaceScores> scores, String name) {
    SurfaceScores found =
        scores.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    return Auroc.of(found.positives(), found.negatives());
  }

  private static List<LabelledText> rows(long seed, int pairs, String positive, String negative) {
    SplittableRandom random = new SplittableRandom(seed);
    List<LabelledText> rows = new ArrayList<>();
    for (int pair = 0; pair < pairs; pair++) {
      rows.add(new LabelledText(filled(random, positive), true));
      rows.add(new LabelledText(filled(random, negative), false));
    }
    return rows;
  }

  private static String filled(SplittableRandom random, String form) {
    String text = form;
    while (text.contains("%s")) {
      text = text.replaceFirst("%s", WORDS.get(random.nextInt(WORDS.size())));
    }
    return text;
  }
}
