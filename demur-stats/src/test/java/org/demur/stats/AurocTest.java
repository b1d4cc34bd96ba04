package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AurocTest {
  @Test
  void separatedScoresGiveOneAndReversedOnesZero() {
    double[] high = {3, 4, 5};
    double[] low = {0, 1, 2};
    assertThat(Auroc.of(high, low)).isEqualTo(1);
    assertThat(Auroc.of(low, high)).isZero();
  }

  /// Pairs: (1,1) ties, (1,0) wins, (0,1) loses, (0,0) ties: (1 + 0.5 + 0.5) / 4.
  @Test
  void tiesCountHalf() {
    assertThat(Auroc.of(new double[] {1, 0}, new double[] {1, 0})).isEqualTo(0.5);
    assertThat(Auroc.of(new double[] {0.0}, new double[] {-0.0})).isEqualTo(0.5);
  }

  @Test
  void agreesWithTheDefinitionOverAllPairs() {
    SplittableRandom random = new SplittableRandom(5);
    for (int run = 0; run < 50; run++) {
      double[] positives = coarse(random, 1 + random.nextInt(40));
      double[] negatives = coarse(random, 1 + random.nextInt(40));
      assertThat(Auroc.of(positives, negatives))
          .isCloseTo(overAllPairs(positives, negatives), within(1e-12));
      assertThat(Roc.of(positives, negatives).area())
          .isCloseTo(overAllPairs(positives, negatives), within(1e-12));
    }
  }

  @Test
  void aMillionRowsAreQuickEnoughToSort() {
    double[] scores = new SplittableRandom(1).doubles(1_000_000).toArray();
    assertThat(Auroc.of(scores, scores)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void anEmptyClassAndNanAreNamed() {
    assertThatThrownBy(() -> Auroc.of(new double[0], new double[] {1}))
        .isInstanceOf(StatsException.class)
        .hasMessage("no values for scores of the positive class; at least one is needed");
    assertThatThrownBy(() -> Auroc.of(new double[] {1}, new double[] {0, Double.NaN}))
        .hasMessageStartingWith("value 1 of scores of the negative class is not a number");
  }

  private static double[] coarse(SplittableRandom random, int n) {
    return random.ints(n, -3, 6).asDoubleStream().toArray();
  }

  private static double overAllPairs(double[] positives, double[] negatives) {
    double sum = 0;
    for (double positive : positives) {
      for (double negative : negatives) {
        sum += positive > negative ? 1 : positive == negative ? 0.5 : 0;
      }
    }
    return sum / positives.length / negatives.length;
  }
}
