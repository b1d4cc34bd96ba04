package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class AblationFormTest {
  private static final int FIRST = 4;
  private static final int LAST = 22;
  private static final int DRAWS = 20_000;

  private static double share(AblationForm form, Predicate<RowAblation> wanted) {
    SplittableRandom random = new SplittableRandom(5);
    int found = 0;
    for (int i = 0; i < DRAWS; i++) {
      int source = form.source(random, FIRST, LAST);
      assertThat(source).isBetween(FIRST, LAST);
      found += wanted.test(form.drawn(random, source, 2)) ? 1 : 0;
    }
    return found / (double) DRAWS;
  }

  private static Predicate<RowAblation> in(AblationForm form) {
    return row -> row.form() == form;
  }

  @Test
  void allDrawsEachLayersDirectionHalfAsOftenAsTheOthers() {
    assertThat(share(AblationForm.ALL, in(AblationForm.PER_LAYER))).isCloseTo(.2, within(.01));
    assertThat(share(AblationForm.ALL, in(AblationForm.ONE_DIRECTION))).isCloseTo(.4, within(.01));
    assertThat(share(AblationForm.ALL, in(AblationForm.SUBSPACE))).isCloseTo(.4, within(.01));
    assertThat(
            share(
                AblationForm.ALL, row -> row.form() != AblationForm.PER_LAYER && row.source() > 15))
        .isCloseTo(.8 * 7 / 19, within(.015));
  }

  @Test
  void lateDrawsMostlyOneDirectionAndMostlyOfLateLayers() {
    assertThat(share(AblationForm.LATE, in(AblationForm.PER_LAYER))).isCloseTo(.2, within(.01));
    assertThat(share(AblationForm.LATE, in(AblationForm.ONE_DIRECTION))).isCloseTo(.6, within(.01));
    assertThat(share(AblationForm.LATE, in(AblationForm.SUBSPACE))).isCloseTo(.2, within(.01));
    assertThat(
            share(
                AblationForm.LATE,
                row -> row.form() != AblationForm.PER_LAYER && row.source() > 15))
        .isCloseTo(.8 * (.5 + .5 * 7 / 19), within(.015));
  }

  @Test
  void aModelOfFewLayersHasLateOnesToo() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100; i++) {
      assertThat(AblationForm.LATE.source(random, 1, 1)).isEqualTo(1);
      assertThat(AblationForm.LATE.source(random, 1, 2)).isBetween(1, 2);
    }
  }
}
