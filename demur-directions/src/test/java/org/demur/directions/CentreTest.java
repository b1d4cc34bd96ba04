package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CentreTest {
  /// 39 points on a small grid and one prompt with a massive activation.
  private static List<ResidualRow> withOutlier() {
    List<ResidualRow> rows = new ArrayList<>();
    for (int i = 0; i < 39; i++) {
      rows.add(new ResidualRow(1, 1, 2, new float[] {i % 5 - 2, i % 3 - 1}));
    }
    rows.add(new ResidualRow(1, 1, 2, new float[] {4000, 0}));
    return rows;
  }

  @Test
  void oneMassiveActivationMovesTheMeanButNotTheOthers() {
    assertThat(Centre.MEAN.of(withOutlier()).vector(0, 0)[0]).isGreaterThan(90);
    assertThat(Math.abs(Centre.WINSORISED.of(withOutlier()).vector(0, 0)[0])).isLessThan(0.2f);
    assertThat(Math.abs(Centre.GEOMETRIC_MEDIAN.of(withOutlier()).vector(0, 0)[0]))
        .isLessThan(0.3f);
  }

  @Test
  void withoutTailsToCutTheWinsorisedMeanIsTheMean() {
    List<ResidualRow> few = withOutlier().subList(0, 10);
    assertThat(Centre.WINSORISED.of(few)).isEqualTo(Centre.MEAN.of(few));
  }

  @Test
  void theWinsorisedMeanMovesFivePercentAtBothEnds() {
    List<ResidualRow> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(new ResidualRow(1, 1, 1, new float[] {i == 19 ? 1000 : i}));
    }
    // 0 becomes 1 and 1000 becomes 18.
    double expected = (1 + 18 + 18 * 19 / 2.0) / 20;
    assertThat(Centre.WINSORISED.of(rows).values()[0]).isCloseTo(expected, within(1e-12));
  }

  @Test
  void theGeometricMedianOfATriangleSeesItsSidesUnderEqualAngles() {
    List<ResidualRow> corners =
        List.of(
            new ResidualRow(1, 1, 2, new float[] {0, 0}),
            new ResidualRow(1, 1, 2, new float[] {4, 0}),
            new ResidualRow(1, 1, 2, new float[] {1, 3}));
    double[] at = Centre.GEOMETRIC_MEDIAN.of(corners).values();
    double x = 0;
    double y = 0;
    for (ResidualRow corner : corners) {
      double dx = corner.values()[0] - at[0];
      double dy = corner.values()[1] - at[1];
      double length = Math.hypot(dx, dy);
      x += dx / length;
      y += dy / length;
    }
    // At the median the unit vectors to all points cancel.
    assertThat(Math.hypot(x, y)).isLessThan(1e-6);
  }

  @Test
  void pointsThatAreAllTheSameAreTheirOwnMedian() {
    List<ResidualRow> same =
        List.of(
            new ResidualRow(1, 1, 2, new float[] {1, 2}),
            new ResidualRow(1, 1, 2, new float[] {1, 2}));
    assertThat(Centre.GEOMETRIC_MEDIAN.of(same).vector(0, 0)).containsExactly(1, 2);
  }
}
