package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class PrincipalComponentsTest {
  private static final Offset<Double> EXACT = within(1e-7);
  private static final Matrix DATA =
      new Matrix(
          6,
          3,
          new double[] {
            2.5, 2.4, 0.5, 0.5, 0.7, 1.1, 2.2, 2.9, -0.3, 1.9, 2.2, 0.2, 3.1, 3.0, 0.9, 2.3, 2.7,
            -1.0
          });

  /// Expected values from numpy.linalg.svd of the centred rows; signs as documented.
  @Test
  void componentsAgreeWithASingularValueDecomposition() {
    PrincipalComponents found = PrincipalComponents.fit(DATA);
    assertThat(found.components()[0])
        .containsExactly(new double[] {0.65024841, 0.66884143, -0.36031673}, EXACT);
    assertThat(found.components()[1])
        .containsExactly(new double[] {0.42025636, 0.07843216, 0.9040094}, EXACT);
    assertThat(found.explainedShare())
        .containsExactly(new double[] {0.75180378, 0.23916522}, EXACT);
  }

  @Test
  void projectionsAgreeWithTheSameDecomposition() {
    // numpy's first component came with the other sign; here the largest coordinate is positive.
    Matrix places = PrincipalComponents.fit(DATA).project(DATA);
    assertThat(places.columns()).isEqualTo(2);
    assertThat(places.at(0, 0)).isCloseTo(0.23058916, EXACT);
    assertThat(places.at(1, 0)).isCloseTo(-2.42312813, EXACT);
    assertThat(places.at(4, 1)).isCloseTo(1.08352887, EXACT);
  }

  @Test
  void wideAndTallDataGiveTheSameDirections() {
    SplittableRandom random = new SplittableRandom(4);
    double[] wide = new double[20 * 60];
    for (int index = 0; index < wide.length; index++) {
      int column = index % 60;
      wide[index] = random.nextGaussian() * (column == 7 ? 9 : column == 30 ? 5 : 0.5);
    }
    PrincipalComponents found = PrincipalComponents.fit(new Matrix(20, 60, wide));
    assertThat(Math.abs(found.components()[0][7])).isGreaterThan(0.95);
    assertThat(Math.abs(found.components()[1][30])).isGreaterThan(0.95);
    double inner = 0;
    for (int column = 0; column < 60; column++) {
      inner += found.components()[0][column] * found.components()[1][column];
    }
    assertThat(inner).isCloseTo(0, within(1e-9));
  }

  @Test
  void rowsOnALineHaveNoSecondDirection() {
    Matrix line = new Matrix(4, 2, new double[] {0, 0, 1, 1, 2, 2, 3, 3});
    PrincipalComponents found = PrincipalComponents.fit(line);
    assertThat(found.explainedShare()[0]).isCloseTo(1, EXACT);
    assertThat(found.explainedShare()[1]).isCloseTo(0, EXACT);
    Matrix equal = new Matrix(3, 4, new double[12]);
    assertThat(PrincipalComponents.fit(equal).project(equal).values()).containsOnly(0);
  }

  @Test
  void wrongShapesAreNamed() {
    assertThatThrownBy(() -> PrincipalComponents.fit(new Matrix(2, 3, new double[6])))
        .hasMessage("principal components need at least 3 rows and 2 columns, not 2 and 3");
    assertThatThrownBy(() -> PrincipalComponents.fit(DATA).project(new Matrix(1, 2, new double[2])))
        .hasMessage("the components have 3 columns, the rows have 2");
    assertThatThrownBy(() -> new Matrix(2, 2, new double[3]))
        .isInstanceOf(StatsException.class)
        .hasMessageContaining("rows 2, columns 2");
    assertThatThrownBy(() -> PrincipalComponents.fit(new Matrix(2000, 2000, new double[4_000_000])))
        .hasMessageContaining("at most 1024 rows");
    assertThatThrownBy(() -> DATA.at(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
