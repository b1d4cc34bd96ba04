package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DirectionTableTest {
  private static MeanTable table(float[]... prompts) {
    MeanTable table = new MeanTable(1, 2, 2);
    for (float[] prompt : prompts) {
      table.add(new ResidualRow(1, 2, 2, prompt));
    }
    return table;
  }

  @Test
  void aDifferenceOfMeansIsTheDifferenceOfTheAverages() {
    MeanTable harmful = table(new float[] {1, 2, 3, 4}, new float[] {3, 4, 5, 6});
    MeanTable harmless = table(new float[] {1, 1, 1, 1});

    DirectionTable direction = harmful.minus(harmless);

    assertThat(direction.vector(0, 0)).containsExactly(1, 2);
    assertThat(direction.vector(0, 1)).containsExactly(3, 4);
    assertThat(direction.rowsOf(0)).containsExactly(1, 2, 3, 4);
    assertThat(direction.norm(0, 1)).isEqualTo(5);
  }

  @Test
  void meansOfPartsJoinToTheMeanOfAll() {
    MeanTable first = table(new float[] {1, 2, 3, 4});
    first.merge(table(new float[] {3, 4, 5, 6}, new float[] {5, 0, 1, 2}));

    assertThat(first.count()).isEqualTo(3);
    assertThat(first.mean())
        .isEqualTo(
            table(new float[] {1, 2, 3, 4}, new float[] {3, 4, 5, 6}, new float[] {5, 0, 1, 2})
                .mean());
  }

  @Test
  void manySmallNumbersBesideALargeOneAreNotLost() {
    MeanTable table = new MeanTable(1, 1, 1);
    table.add(new ResidualRow(1, 1, 1, new float[] {1e8f}));
    for (int i = 0; i < 1000; i++) {
      table.add(new ResidualRow(1, 1, 1, new float[] {1}));
    }
    // In single precision 1e8 + 1 is 1e8.
    assertThat(table.sums()[0]).isEqualTo(1e8 + 1000);
  }

  @Test
  void noPromptsHaveNoMeanAndOtherShapesDoNotFit() {
    MeanTable empty = new MeanTable(1, 2, 2);
    assertThatThrownBy(empty::mean).hasMessageContaining("no prompt was added");
    assertThatThrownBy(() -> empty.add(new ResidualRow(1, 1, 2, new float[2])))
        .hasMessageContaining("[1, 2, 2] cannot take [1, 1, 2]");
    assertThatThrownBy(() -> empty.merge(new MeanTable(1, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cosinesLieBetweenMinusOneAndOneAndAreUnknownForNothing() {
    DirectionTable a = new DirectionTable(1, 3, 2, new double[] {1, 0, 0, 2, 0, 0});
    DirectionTable b =
        new DirectionTable(2, 3, 2, new double[] {0, 0, 0, 0, 0, 0, 1, 1, 0, -3, 1, 1});

    assertThat(a.cosine(0, 0, b, 1)).isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(a.cosine(0, 1, b, 1)).isEqualTo(-1);
    assertThat(a.cosine(0, 2, b, 1)).isNaN();
  }

  @Test
  void theShareOfTheLargestCoordinatesShowsMassiveActivations() {
    DirectionTable table =
        new DirectionTable(1, 3, 5, new double[] {30, 40, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0});

    assertThat(table.topShare(0, 0, 3)).isEqualTo(1);
    assertThat(table.topShare(0, 0, 1)).isEqualTo(0.64);
    assertThat(table.topShare(0, 1, 3)).isEqualTo(0.6);
    assertThat(table.topShare(0, 2, 3)).isZero();
  }
}
