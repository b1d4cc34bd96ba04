package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HistogramTest {
  @Test
  void binsSpanTheValuesAndTheLastOneHoldsTheMaximum() {
    Histogram found = Histogram.of(new double[] {0, 1, 1.5, 2, 4}, 4);
    assertThat(found.counts()).containsExactly(1, 2, 1, 1);
    assertThat(found.edge(0)).isZero();
    assertThat(found.edge(1)).isEqualTo(1);
    assertThat(found.edge(4)).isEqualTo(4);
    assertThat(found.n()).isEqualTo(5);
  }

  @Test
  void equalValuesFallIntoOneBin() {
    Histogram found = Histogram.of(new double[] {3, 3}, 3);
    assertThat(found.counts()).containsExactly(0, 2, 0);
    assertThat(found.low()).isEqualTo(2.5);
  }

  @Test
  void valuesOutsideSharedEdgesCountInTheNearestBin() {
    assertThat(Histogram.of(new double[] {-9, 0.1, 9}, 2, 0, 1).counts()).containsExactly(2, 1);
  }

  @Test
  void wrongBinsAreNamed() {
    assertThatThrownBy(() -> Histogram.of(new double[] {1}, 0, 0, 1))
        .isInstanceOf(StatsException.class)
        .hasMessageContaining("a histogram of 0 bins");
    assertThatThrownBy(() -> Histogram.of(new double[0], 3)).isInstanceOf(StatsException.class);
  }
}
