package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.demur.stats.Roc.Point;
import org.junit.jupiter.api.Test;

final class RocTest {
  private static final double[] POSITIVES = {0.9, 0.8, 0.8, 0.3};
  private static final double[] NEGATIVES = {0.8, 0.5, 0.2, 0.1, 0.0};
  private final Roc roc = Roc.of(POSITIVES, NEGATIVES);

  @Test
  void pointsRunFromNothingFlaggedToEverything() {
    assertThat(roc.points().getFirst()).isEqualTo(new Point(Math.nextUp(0.9), 0, 0));
    assertThat(roc.points().subList(1, 4))
        .containsExactly(
            new Point(0.9, 0, 0.25), new Point(0.8, 0.2, 0.75), new Point(0.5, 0.4, 0.75));
    assertThat(roc.points().getLast()).isEqualTo(new Point(0.0, 1, 1));
  }

  @Test
  void theRateAtABoundIsTheBestAttainableOne() {
    assertThat(roc.tprAtFpr(0)).isEqualTo(0.25);
    assertThat(roc.tprAtFpr(0.19)).isEqualTo(0.25);
    assertThat(roc.tprAtFpr(0.2)).isEqualTo(0.75);
    assertThat(roc.tprAtFpr(0.4)).isEqualTo(1);
    assertThat(roc.tprAtFpr(1)).isEqualTo(1);
  }

  @Test
  void theThresholdKeepsTheBoundOnItsOwnRows() {
    for (double bound : new double[] {0, 0.1, 0.2, 0.3, 0.5, 0.99, 1}) {
      double threshold = roc.thresholdAtFpr(bound);
      assertThat(share(NEGATIVES, threshold)).isLessThanOrEqualTo(bound);
      assertThat(share(POSITIVES, threshold)).isEqualTo(roc.tprAtFpr(bound));
    }
  }

  @Test
  void aBoundThatNoScoreKeepsFlagsNothing() {
    Roc reversed = Roc.of(new double[] {0}, new double[] {1});
    assertThat(reversed.tprAtFpr(0.5)).isZero();
    assertThat(reversed.thresholdAtFpr(0.5)).isEqualTo(Math.nextUp(1.0));
  }

  @Test
  void infiniteScoresAndWrongBoundsAreNamed() {
    assertThatThrownBy(() -> Roc.of(new double[] {Double.POSITIVE_INFINITY}, NEGATIVES))
        .hasMessageContaining("value 0 of scores of the positive class is Infinity");
    assertThatThrownBy(() -> roc.tprAtFpr(1.5)).hasMessageContaining("1.5");
  }

  private static double share(double[] scores, double threshold) {
    return (double) Arrays.stream(scores).filter(s -> s >= threshold).count() / scores.length;
  }
}
