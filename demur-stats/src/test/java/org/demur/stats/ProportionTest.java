package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;

final class ProportionTest {
  private static final double EXACT = 1e-9;

  /// Expected ends from the formula `(p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)`
  /// with z = 1.959963984540054, in Python.
  @Test
  void wilsonEndsAgreeWithTheFormula() {
    assertEnds(new Proportion(8, 10).wilson(0.95), 0.49016247153664183, 0.9433178485456247);
    assertEnds(new Proportion(90, 263).wilson(0.95), 0.28750572277245, 0.40144815880645257);
    assertEnds(new Proportion(1, 1).wilson(0.95), 0.20654931437723745, 1);
  }

  /// The same formula with z = 2.5758293035489004.
  @Test
  void aHigherConfidenceWidensTheInterval() {
    assertEnds(new Proportion(50, 100).wilson(0.99), 0.37527962504483986, 0.6247203749551602);
  }

  @Test
  void atNoAndAtAllSuccessesTheOuterEndIsExact() {
    Interval none = new Proportion(0, 20).wilson(0.95);
    Interval all = new Proportion(20, 20).wilson(0.95);
    assertThat(none.low()).isZero();
    assertThat(none.high()).isCloseTo(0.16112515805281938, within(EXACT));
    assertThat(all.low()).isCloseTo(0.8388748419471806, within(EXACT));
    assertThat(all.high()).isEqualTo(1.0);
  }

  @Test
  void withoutTrialsNothingIsKnown() {
    Proportion empty = new Proportion(0, 0);
    assertThat(empty.rate()).isNaN();
    assertThat(empty.wilson(0.9)).isEqualTo(new Interval(0, 1, 0.9));
    assertThatThrownBy(() -> empty.estimate(0.95)).isInstanceOf(StatsException.class);
  }

  @Test
  void outcomesAreCounted() {
    Proportion counted = Proportion.of(new boolean[] {true, false, true, true});
    assertThat(counted).isEqualTo(new Proportion(3, 4));
    assertThat(counted.estimate(0.95).value()).isEqualTo(0.75);
    assertThat(counted.estimate(0.95).n()).isEqualTo(4);
  }

  @Test
  void impossibleCountsAreNamed() {
    assertThatThrownBy(() -> new Proportion(5, 4))
        .isInstanceOfSatisfying(
            StatsException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_FORMAT))
        .hasMessage("5 successes in 4 trials is no proportion; 0 <= successes <= trials is needed");
    assertThatThrownBy(() -> new Proportion(-1, 4)).isInstanceOf(StatsException.class);
    assertThatThrownBy(() -> new Proportion(1, 4).wilson(1))
        .hasMessageContaining("the confidence is 1.0");
    assertThatThrownBy(() -> new Interval(0.4, 0.3, 0.95)).isInstanceOf(StatsException.class);
  }

  private static void assertEnds(Interval interval, double low, double high) {
    assertThat(interval.low()).isCloseTo(low, within(EXACT));
    assertThat(interval.high()).isCloseTo(high, within(EXACT));
    assertThat(interval.contains((low + high) / 2)).isTrue();
    assertThat(interval.contains(low - 0.01)).isFalse();
  }
}
