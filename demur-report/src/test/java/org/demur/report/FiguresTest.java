package org.demur.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void fewCasesAreCountedAndGiveNoRate() {
    Rate few = Figures.rate(2, 4);
    assertThat(few.isDefined()).isFalse();
    assertThat(few.successes()).isEqualTo(2);
    Rate enough = Figures.rate(4, 8);
    assertThat(enough.rate()).isEqualTo(0.5);
    // Wilson's interval for 4 of 8.
    assertThat(enough.low()).isCloseTo(0.2152, within(1e-4));
    assertThat(enough.high()).isCloseTo(0.7848, within(1e-4));
  }

  @Test
  void aSpreadIsMeanAndSampleDeviation() {
    Spread spread = Figures.spread(1, 2, 3, 4);
    assertThat(spread.mean()).isCloseTo(2.5, within(1e-12));
    assertThat(spread.sd()).isCloseTo(Math.sqrt(5 / 3.0), within(1e-12));
    assertThat(Figures.spread(7).sd()).isNaN();
  }
}
