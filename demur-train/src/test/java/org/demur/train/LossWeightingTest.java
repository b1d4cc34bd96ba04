package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.demur.model.LanguageModel;
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
  void everySideWeighsOneAndItsOpeningsFourTimesAsMuch() {
    List<TrainingRow> rows =
        List.of(row(Side.HARMFUL, 14), row(Side.HARMFUL, 2), row(Side.UTILITY, 9));

    LossWeighting.Shares shares = LossWeighting.OPENINGS.shares(rows);

    assertThat(total(shares, rows, Side.HARMFUL, 0)).isCloseTo(1, within(1e-12));
    assertThat(total(shares, rows, Side.UTILITY, 0)).isCloseTo(1, within(1e-12));
    assertThat(shares.of(Side.HARMFUL, 3)).isEqualTo(4 * shares.of(Side.HARMFUL, 4));
    assertThat(shares.of(Side.UTILITY, 0)).isEqualTo(4 * shares.of(Side.UTILITY, 8));
    LossWeighting.Shares sides = LossWeighting.SIDES.shares(rows);
    assertThat(total(sides, rows, Side.HARMFUL, 4)).isCloseTo(10 / 16.0, within(1e-12));
    assertThat(sides.of(Side.HARMFUL, 0)).isEqualTo(sides.of(Side.HARMFUL, 12));
  }

  @Test
  void aRowSaysWhereItsReplyBegins() {
    assertThat(row(Side.HARMFUL, 5).firstLearnt()).isEqualTo(3);
  }

  private static double nats(LanguageModel model, LossWeighting weighting, TrainingRow row) {
    ReplyPasses passes =
        new ReplyPasses(model, new TrainingSession.Arithmetic(weighting, 1, false));
    return passes
        .gradients(List.of(new TrainingSession.Part(List.of(row), List.of(), 0)))
        .loss()
        .total();
  }

  @Test
  void theLossOfARefusalIsThatOfItsOpeningAndOfTheRestFourToOne() {
    Prompt prompt = Prompt.of(new int[] {11, 12, 13, 14});
    int[] reply = {7, 21, 22, 23, 24, 2};
    TrainingRow whole = TrainingRow.replying(prompt, reply, Side.HARMFUL);
    TrainingRow opening =
        TrainingRow.replying(prompt, Arrays.copyOf(reply, LossWeighting.OPENING), Side.HARMFUL);
    try (LanguageModel model = TinyTraining.model()) {
      double all = nats(model, LossWeighting.SIDES, whole) * 6;
      double first = nats(model, LossWeighting.SIDES, opening) * 4;

      assertThat(nats(model, LossWeighting.OPENINGS, whole))
          .isCloseTo((4 * first + all - first) / (4 * 4 + 2), within(1e-5));
      assertThat(nats(model, LossWeighting.OPENINGS, opening)).isCloseTo(first / 4, within(1e-5));
    }
  }
}
