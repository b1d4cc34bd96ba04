package org.demur.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SingularDirectionsTest {
  @Test
  void theSharedMeanCountsAndTheStrongestComesFirst() {
    // rows are 3 along the first axis and 1 or -1 along the second
    Matrix rows = new Matrix(2, 3, new double[] {3, 1, 0, 3, -1, 0});

    SingularDirections found = SingularDirections.of(rows, 3);

    assertThat(found.directions()).hasDimensions(2, 3);
    assertThat(Math.abs(found.directions()[0][0])).isCloseTo(1, within(1e-12));
    assertThat(Math.abs(found.directions()[1][1])).isCloseTo(1, within(1e-12));
    assertThat(found.share()[0]).isCloseTo(0.9, within(1e-12));
    assertThat(found.share()[1]).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void rowsOfOneDirectionGiveOne() {
    Matrix rows = new Matrix(3, 2, new double[] {1, 2, 2, 4, -1, -2});
    assertThat(SingularDirections.of(rows, 2).directions()).hasDimensions(1, 2);
  }

  @Test
  void badInputIsNamed() {
    Matrix rows = new Matrix(1, 2, new double[] {1, Double.NaN});
    assertThatThrownBy(() -> SingularDirections.of(rows, 1)).hasMessageContaining("the matrix");
    Matrix fine = new Matrix(1, 2, new double[] {1, 2});
    assertThatThrownBy(() -> SingularDirections.of(fine, 0)).hasMessageContaining("at least 1");
  }
}
