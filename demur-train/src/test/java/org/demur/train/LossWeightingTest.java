package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.demur.model.Prompt;
import org.junit.jupiter.api.Test;

class LossWeightingTest {
  private static TrainingRow row(Side side, int replyTokens) {
    return TrainingRow.replying(Prompt.of(new int[] {1, 2, 3}), new int[replyTokens], side);
  }

  private static double total(
      LossWeighting.Shares shares, List<TrainingRow> rows, Side side, int from) {
    double total = 0;
    for (TrainingRow row : rows) {
      for (int place = from; row.side() == side && place < row.learntTokens(); place++) {
        total += shares.of(side, place);
      }
    }
    return total;
  }

  @Test
  void everySideWeighsOneAndOpeningsOfRefusalsFourTimesAsMuch() {
    List<TrainingRow> rows =
        List.of(row(Side.HARMFUL, 14), row(Side.HARMFUL, 2), row(Side.UTILITY, 9));

    LossWeighting.Shares shares = LossWeighting.OPENINGS.shares(rows);

    assertThat(total(shares, rows, Side.HARMFUL, 0)).isCloseTo(1, within(1e-12));
    assertThat(total(shares, rows, Side.UTILITY, 0)).isCloseTo(1, within(1e-12));
    assertThat(shares.of(Side.HARMFUL, 3)).isEqualTo(4 * shares.of(Side.HARMFUL, 4));
    assertThat(shares.of(Side.UTILITY, 0)).isEqualTo(shares.of(Side.UTILITY, 8));
    LossWeighting.Shares sides = LossWeighting.SIDES.shares(rows);
    assertThat(total(sides, rows, Side.HARMFUL, 4)).isCloseTo(10 / 16.0, within(1e-12));
    assertThat(sides.of(Side.HARMFUL, 0)).isEqualTo(sides.of(Side.HARMFUL, 12));
  }

  @Test
  void aRowSaysWhereItsReplyBegins() {
    assertThat(row(Side.HARMFUL, 5).firstLearnt()).isEqualTo(3);
  }
}
