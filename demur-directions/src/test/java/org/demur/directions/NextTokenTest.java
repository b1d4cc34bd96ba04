package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class NextTokenTest {
  @Test
  void logOddsAreThoseOfTheMassOfTheRefusalTokens() {
    float[] logits = {(float) Math.log(2), (float) Math.log(3), (float) Math.log(5)};
    assertThat(NextToken.refusalLogOdds(logits, List.of(0, 1))).isCloseTo(0, within(1e-6));
    assertThat(NextToken.refusalLogOdds(logits, List.of(0)))
        .isCloseTo(Math.log(0.2 / 0.8), within(1e-6));
  }

  @Test
  void logOddsStayFiniteAtBothEnds() {
    float[] logits = {200, -200};
    assertThat(NextToken.refusalLogOdds(logits, List.of(0))).isCloseTo(18.42, within(0.01));
    assertThat(NextToken.refusalLogOdds(logits, List.of(1))).isCloseTo(-18.42, within(0.01));
  }

  @Test
  void theDivergenceOfEqualDistributionsIsNothing() {
    double[] p = NextToken.probabilities(1, 2, 3);
    assertThat(NextToken.divergence(p, p)).isZero();
    double[] q = {0.5, 0.25, 0.25};
    double expected = 0;
    for (int i = 0; i < 3; i++) {
      expected += p[i] * Math.log(p[i] / q[i]);
    }
    assertThat(NextToken.divergence(p, q)).isCloseTo(expected, within(1e-5));
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertThat(NextToken.probabilities(1e30f, 1e30f)).containsExactly(0.5, 0.5);
  }
}
