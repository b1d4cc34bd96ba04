package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class McNemarTest {
  /// `min(1, 2 sum_{i<=min} C(n,i) / 2^n)` in exact fractions.
  @Test
  void pValuesAgreeWithExactFractions() {
    assertThat(new McNemar(1, 9).pValue()).isCloseTo(0.021484375, within(1e-12));
    assertThat(new McNemar(5, 15).pValue()).isCloseTo(0.04138946533203125, within(1e-12));
    assertThat(new McNemar(0, 6).pValue()).isCloseTo(0.03125, within(1e-12));
    assertThat(new McNemar(12, 3).pValue()).isCloseTo(0.03515625, within(1e-12));
  }

  @Test
  void equalRunsAndBalancedChangesDoNotDiffer() {
    assertThat(new McNemar(0, 0).pValue()).isEqualTo(1);
    assertThat(new McNemar(4, 4).pValue()).isEqualTo(1);
  }

  @Test
  void theOrderOfTheRunsDoesNotMatter() {
    assertThat(new McNemar(2, 11).pValue()).isEqualTo(new McNemar(11, 2).pValue());
  }

  @Test
  void rowsAreCountedWhereTheRunsDisagree() {
    boolean[] first = {true, true, false, false, true};
    boolean[] second = {true, false, true, false, false};
    assertThat(McNemar.of(first, second)).isEqualTo(new McNemar(2, 1));
    assertThatThrownBy(() -> McNemar.of(first, new boolean[2]))
        .hasMessageContaining("there are 5 and 2");
    assertThatThrownBy(() -> new McNemar(-1, 0)).isInstanceOf(StatsException.class);
  }
}
