package org.demur.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpreadTest {
  @Test
  void quartilesLieBetweenTheSortedValues() {
    assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(2.5, 1.75, 3.25, 4));
    assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7, 1));
    assertThat(Spread.of(List.of(1.0, 2.0, 4.0)).relative()).isEqualTo((3 - 1.5) / 4);
  }

  @Test
  void ratesComeFromEverySingleTime() {
    assertThat(Spread.rates(12, List.of(1.0, 2.0, 3.0)).median()).isEqualTo(6);
  }

  @Test
  void nothingHasNoMedian() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Spread.of(List.of()))
        .withMessageContaining("nothing was measured");
  }
}
