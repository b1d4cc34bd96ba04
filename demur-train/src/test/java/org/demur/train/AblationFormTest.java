package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AblationFormTest {
  private static final int FIRST = 4;
  private static final int LAST = 22;
  private static final int DEEPEST = 29;
  private static final int DRAWS = 20_000;

  private static double share(AblationForm form, Predicate<RowAblation> wanted) {
    SplittableRandom random = new SplittableRandom(5);
    int found = 0;
    for (int i = 0; i < DRAWS; i++) {
      int source = form.source(random, FIRST, LAST, DEEPEST);
      assertThat(source).isBetween(FIRST, DEEPEST);
      found += wanted.test(form.drawn(random, source, 2)) ? 1 : 0;
    }
    return found / (double) DRAWS;
  }

  private static Predicate<RowAblation> in(AblationForm form) {
    return row -> row.form() == form;
  }

  /// 7 of the 19 sources that an attacker looks at are in the last third, which LATE draws half of
  /// its sources from; 7 of 26 are behind them, which it draws the other half from, too.
  @ParameterizedTest
  @CsvSource({"ALL, .2, .4, .4, .3684, 0", "LATE, .1, .6, .3, .6346, .1346"})
  void formsAndSourcesAreDrawnInTheirShares(
      AblationForm form,
      double perLayer,
      double oneDirection,
      double subspace,
      double lateSources,
      double behindThem) {
    assertThat(share(form, in(AblationForm.PER_LAYER))).isCloseTo(perLayer, within(.01));
    assertThat(share(form, in(AblationForm.ONE_DIRECTION))).isCloseTo(oneDirection, within(.01));
    assertThat(share(form, in(AblationForm.SUBSPACE))).isCloseTo(subspace, within(.01));
    Predicate<RowAblation> oneSource = row -> row.form() != AblationForm.PER_LAYER;
    assertThat(share(form, oneSource.and(row -> row.source() > 15 && row.source() <= LAST)))
        .isCloseTo((1 - perLayer) * lateSources, within(.015));
    assertThat(share(form, oneSource.and(row -> row.source() > LAST)))
        .isCloseTo((1 - perLayer) * behindThem, within(.01));
  }

  @Test
  void aModelOfFewLayersHasLateOnesToo() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100; i++) {
      assertThat(AblationForm.LATE.source(random, 1, 1, 1)).isEqualTo(1);
      assertThat(AblationForm.LATE.source(random, 1, 2, 3)).isBetween(1, 3);
    }
  }
}
