package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RateCorrectionTest {
  private final Bootstrap bootstrap = new Bootstrap(1_000, 3);

  /// `(0.20 + 0.95 - 1) / (0.90 + 0.95 - 1)` = 0.15 / 0.85.
  @Test
  void theRateIsThatOfRoganAndGladen() {
    RateCorrection correction =
        new RateCorrection(
            new Proportion(40, 200), new Proportion(90, 100), new Proportion(95, 100));
    assertThat(correction.rate().getAsDouble()).isCloseTo(0.15 / 0.85, within(1e-12));
    Estimate estimate = correction.estimate(bootstrap).orElseThrow();
    assertThat(estimate.n()).isEqualTo(200);
    // Delta method: variances p(1-p)/n of the three rates, weights 1, p and 1-p, all over 0.85.
    double p = 0.15 / 0.85;
    double variance = 0.16 / 200 + p * p * 0.09 / 100 + (1 - p) * (1 - p) * 0.0475 / 100;
    double half = 1.96 * Math.sqrt(variance) / 0.85;
    double width = estimate.interval().high() - estimate.interval().low();
    assertThat(width).isCloseTo(2 * half, within(0.3 * half));
    assertThat(estimate.interval().contains(estimate.value())).isTrue();
  }

  @Test
  void fewerObservedThanFalseAlarmsIsZeroAndNotNegative() {
    RateCorrection correction =
        new RateCorrection(new Proportion(1, 100), new Proportion(9, 10), new Proportion(9, 10));
    assertThat(correction.rate().getAsDouble()).isZero();
    assertThat(correction.estimate(bootstrap).orElseThrow().interval().low()).isZero();
  }

  @Test
  void aJudgeWithoutMistakesIsNotTakenForAPerfectOne() {
    RateCorrection correction =
        new RateCorrection(new Proportion(30, 100), new Proportion(20, 20), new Proportion(20, 20));
    Interval corrected = correction.estimate(bootstrap).orElseThrow().interval();
    Interval apparent = new Proportion(30, 100).wilson(0.95);
    assertThat(correction.rate().getAsDouble()).isCloseTo(0.3, within(1e-12));
    assertThat(corrected.high() - corrected.low()).isGreaterThan(apparent.high() - apparent.low());
  }

  @Test
  void aJudgeNoBetterThanChanceIdentifiesNothing() {
    Proportion half = new Proportion(10, 20);
    RateCorrection chance = new RateCorrection(new Proportion(5, 10), half, half);
    assertThat(chance.identifiable()).isFalse();
    assertThat(chance.rate()).isEmpty();
    assertThat(chance.estimate(bootstrap)).isEmpty();
    RateCorrection nearChance =
        new RateCorrection(new Proportion(5, 10), new Proportion(6, 10), new Proportion(6, 10));
    assertThat(nearChance.identifiable()).isTrue();
    assertThat(nearChance.estimate(bootstrap)).isEmpty();
    Proportion empty = new Proportion(0, 0);
    assertThat(new RateCorrection(new Proportion(5, 10), empty, half).rate()).isEmpty();
  }

  /// True rate 0.3, sensitivity 0.85, specificity 0.9: 95 % intervals must hold it in most of 200
  /// repetitions; 0.90 is three standard errors below.
  @Test
  void intervalsCoverTheTrueRate() {
    SplittableRandom random = new SplittableRandom(99);
    Bootstrap quick = new Bootstrap(400, 5);
    int covered = 0;
    for (int repetition = 0; repetition < 200; repetition++) {
      RateCorrection correction =
          new RateCorrection(
              drawn(random, 150, 0.3 * 0.85 + 0.7 * 0.1),
              drawn(random, 80, 0.85),
              drawn(random, 80, 0.9));
      covered += correction.estimate(quick).orElseThrow().interval().contains(0.3) ? 1 : 0;
    }
    assertThat(covered / 200.0).isGreaterThan(0.9);
  }

  private static Proportion drawn(SplittableRandom random, int n, double rate) {
    return new Proportion(Bootstrap.successes(random, n, rate), n);
  }
}
