package org.demur.audit.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class HolmTest {
  @Test
  void theSmallestIsMultipliedByAllAndTheOrderIsKept() {
    // By hand: 0.005*4, 0.01*3, 0.03*2, 0.04*1 raised to the one before it.
    assertThat(Holm.adjusted(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
  }

  @Test
  void nothingExceedsOne() {
    assertThat(Holm.adjusted(0.6, 0.7, 1)).containsExactly(1, 1, 1);
  }

  @Test
  void oneTestStaysAsItIs() {
    assertThat(Holm.adjusted(0.02)).containsExactly(0.02);
    assertThat(Holm.adjusted()).isEmpty();
  }
}
