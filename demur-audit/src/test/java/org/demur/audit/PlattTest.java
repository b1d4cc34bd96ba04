package org.demur.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlattTest {
  @Test
  void equalScoresGiveTheShareOfHarmfulPrompts() {
    double[] harmful = new double[300];
    double[] harmless = new double[100];
    assertThat(Platt.fit(harmful, harmless).probability(0)).isCloseTo(0.75, within(0.01));
  }

  @Test
  void theSlopeOfTwoGaussiansIsTheDistanceOfTheirMeans() {
    SplittableRandom random = new SplittableRandom(3);
    double[] harmful = random.doubles(4000).map(x -> random.nextGaussian() + 1).toArray();
    double[] harmless = random.doubles(4000).map(x -> random.nextGaussian() - 1).toArray();
    // For unit variances the log-odds are (m1 - m0) x.
    Platt fitted = Platt.fit(harmful, harmless);
    assertThat(fitted.slope()).isCloseTo(2, within(0.15));
    assertThat(fitted.intercept()).isCloseTo(0, within(0.1));
  }

  @Test
  void separableScoresStayFinite() {
    Platt fitted = Platt.fit(new double[] {0.01, 0.02, 0.03}, new double[] {-0.01, -0.02, -0.03});
    assertThat(fitted.slope()).isFinite().isPositive();
    assertThat(fitted.probability(0.05)).isGreaterThan(0.5).isLessThan(1);
  }
}
