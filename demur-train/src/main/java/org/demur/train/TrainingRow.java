package org.demur.train;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;

/// One row of a batch: a prompt, a reply, and which of its tokens are learnt.
///
/// @param prompt the tokens of prompt and reply; where the prompt ends
/// @param learnt for every token, whether predicting it counts; never the first
/// @param side what the row teaches
public record TrainingRow(Prompt prompt, boolean[] learnt, Side side) {
  /// Checks that the two fit.
  public TrainingRow {
    if (learnt.length != prompt.length() || learnt[0]) {
      throw new TrainException(
          ErrorCode.CONTEXT_LENGTH,
          "a row of %d tokens has %d marks%s"
              .formatted(
                  prompt.length(),
                  learnt.length,
                  learnt.length > 0 && learnt[0] ? " and learns its first token" : ""));
    }
    learnt = learnt.clone();
  }

  /// A row that learns its whole reply and nothing of its prompt.
  ///
  /// @param reply tokens of the reply with the end of the turn, `[position]`
  /// @throws TrainException when the reply is empty
  public static TrainingRow replying(Prompt prompt, int[] reply, Side side) {
    if (reply.length == 0) {
      throw new TrainException(ErrorCode.CONTEXT_LENGTH, "a row needs a reply to learn");
    }
    int[] ids = Arrays.copyOf(prompt.ids(), prompt.length() + reply.length);
    System.arraycopy(reply, 0, ids, prompt.length(), reply.length);
    boolean[] learnt = new boolean[ids.length];
    Arrays.fill(learnt, prompt.length(), ids.length, true);
    return new TrainingRow(new Prompt(ids, prompt.length(), prompt.tInst()), learnt, side);
  }

  /// Positions at which a learnt token is predicted, rising.
  int[] predicting() {
    return IntStream.range(0, learnt.length - 1).filter(at -> learnt[at + 1]).toArray();
  }

  /// Number of learnt tokens.
  int learntTokens() {
    return predicting().length;
  }

  /// Place of the first learnt token in the row; asked for every prediction of a loss.
  int firstLearnt() {
    int first = 0;
    while (!learnt[first]) {
      first++;
    }
    return first;
  }

  /// The prompt without the reply.
  Prompt promptOnly() {
    int[] ids = Arrays.copyOf(prompt.ids(), prompt.promptLength());
    return Prompt.of(ids, prompt.tInst());
  }
}
