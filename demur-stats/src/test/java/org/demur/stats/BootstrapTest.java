package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

final class BootstrapTest {
  private static final double Z = 1.959963984540054;
  private final Bootstrap bootstrap = Bootstrap.standard(7);

  @Test
  void theSameSeedGivesTheSameBitsOnOneThreadAndOnMany() throws Exception {
    double[] high = normal(1, 60, 1);
    double[] low = normal(2, 40, 0);
    Estimate here = bootstrap.auroc(high, low);
    try (ForkJoinPool one = new ForkJoinPool(1)) {
      assertThat(one.submit(() -> bootstrap.auroc(high, low)).get()).isEqualTo(here);
    }
    assertThat(Bootstrap.standard(8).auroc(high, low).interval()).isNotEqualTo(here.interval());
  }

  /// For the mean of many values the percentile interval is `mean +- z s / sqrt(n)`.
  @Test
  void theIntervalOfAMeanIsTheNormalOne() {
    double[] values = normal(3, 400, 2);
    Estimate found = bootstrap.mean(values);
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 400;
    double half = Z * Math.sqrt(variance / 400);
    assertThat(found.value()).isCloseTo(mean, within(1e-12));
    assertThat(found.n()).isEqualTo(400);
    assertThat(found.interval().low()).isCloseTo(mean - half, within(0.1 * half));
    assertThat(found.interval().high()).isCloseTo(mean + half, within(0.1 * half));
  }

  /// Standard error of Hanley and McNeil 1982: `q1 = a/(2-a)`, `q2 = 2a^2/(1+a)`, variance `(a(1-a)
  /// + (m-1)(q1-a^2) + (n-1)(q2-a^2)) / (m n)`.
  @Test
  void theIntervalOfAnAurocIsThatOfHanleyAndMcNeil() {
    double[] high = normal(11, 150, 1);
    double[] low = normal(12, 150, 0);
    Estimate found = bootstrap.auroc(high, low);
    double a = Auroc.of(high, low);
    double q1 = a / (2 - a);
    double q2 = 2 * a * a / (1 + a);
    double variance = (a * (1 - a) + 149 * (q1 - a * a) + 149 * (q2 - a * a)) / (150.0 * 150);
    double width = found.interval().high() - found.interval().low();
    assertThat(found.value()).isEqualTo(a);
    assertThat(width).isCloseTo(2 * Z * Math.sqrt(variance), within(0.15 * width));
  }

  @Test
  void separatedClassesHaveAnIntervalWithoutWidth() {
    Estimate found = bootstrap.auroc(new double[] {2, 3}, new double[] {0, 1});
    assertThat(found).isEqualTo(new Estimate(1, new Interval(1, 1, 0.95), 4));
  }

  @Test
  void pairingMakesADifferenceSharper() {
    double[] high = normal(21, 100, 1);
    double[] low = normal(22, 100, 0);
    double[] highShifted = Arrays.stream(high).map(v -> 2 * v + 1).toArray();
    double[] lowShifted = Arrays.stream(low).map(v -> 2 * v + 1).toArray();
    Estimate same = bootstrap.aurocDifference(high, low, highShifted, lowShifted);
    assertThat(same.value()).isZero();
    assertThat(same.interval()).isEqualTo(new Interval(0, 0, 0.95));
    Estimate other = bootstrap.aurocDifference(high, low, normal(23, 100, 0), normal(24, 100, 0));
    assertThat(other.interval().low()).isPositive();
    assertThat(other.n()).isEqualTo(200);
  }

  @Test
  void pairedRatesDifferOnlyOnRowsThatChanged() {
    boolean[] first = new boolean[100];
    boolean[] second = new boolean[100];
    Arrays.fill(first, 0, 30, true);
    Arrays.fill(second, 10, 30, true);
    Estimate found = bootstrap.rateDifference(first, second);
    assertThat(found.value()).isCloseTo(0.1, within(1e-12));
    assertThat(found.interval().low()).isBetween(0.03, 0.06);
    assertThat(found.interval().high()).isBetween(0.14, 0.18);
  }

  /// Normal half width `z sqrt(0.3*0.7/200 + 0.2*0.8/100)` = 0.1012.
  @Test
  void independentRatesHaveTheVarianceOfBoth() {
    Estimate found = bootstrap.rateDifference(new Proportion(60, 200), new Proportion(20, 100));
    assertThat(found.value()).isCloseTo(0.1, within(1e-12));
    assertThat(found.interval().low()).isCloseTo(0.1 - 0.1012, within(0.015));
    assertThat(found.interval().high()).isCloseTo(0.1 + 0.1012, within(0.015));
    assertThat(found.n()).isEqualTo(300);
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertThatThrownBy(() -> new Bootstrap(10, 1)).hasMessageContaining("10 resamples");
    assertThatThrownBy(() -> bootstrap.meanDifference(new double[3], new double[4]))
        .isInstanceOf(StatsException.class)
        .hasMessageContaining("there are 3 and 4");
    assertThatThrownBy(() -> bootstrap.mean(new double[0])).isInstanceOf(StatsException.class);
    assertThatThrownBy(() -> bootstrap.rateDifference(new Proportion(0, 0), new Proportion(1, 2)))
        .isInstanceOf(StatsException.class);
  }

  private static double[] normal(long seed, int n, double mean) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[n];
    for (int index = 0; index < n; index++) {
      values[index] = mean + random.nextGaussian();
    }
    return values;
  }
}
