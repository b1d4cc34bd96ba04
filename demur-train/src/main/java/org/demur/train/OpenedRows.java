package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;

/// Rows with affirmative openers: the only undesired replies that training knows.
final class OpenedRows {
  private final List<int[]> openers;
  private final RandomStreams streams;

  /// @throws TrainException when the data has no openers
  OpenedRows(Method.Context context) {
    this.openers = context.data().openers();
    this.streams = context.streams();
    if (openers.isEmpty()) {
      throw new TrainException(
          ErrorCode.TRAINING_DATA,
          "%s needs affirmative openers in its training data"
              .formatted(context.settings().method().method().label()));
    }
  }

  /// The opener of a dealt row, by its number among all that are ever dealt.
  int[] opener(long number) {
    int chosen = streams.of(RandomStreams.Purpose.OPENERS, number).nextInt(openers.size());
    return openers.get(chosen).clone();
  }

  /// Rows of the same prompts that reply with openers in place of refusals.
  ///
  /// @param first number of the first of them among all that are ever dealt
  List<TrainingRow> inPlaceOf(List<TrainingRow> refusals, long first) {
    List<TrainingRow> opened = new ArrayList<>();
    for (TrainingRow row : refusals) {
      opened.add(
          TrainingRow.replying(row.promptOnly(), opener(first + opened.size()), Side.HARMFUL));
    }
    return opened;
  }

  /// A row that replies with an opener first and then learns its reply.
  TrainingRow before(TrainingRow row, long number) {
    int[] opener = opener(number);
    int[] ids = row.prompt().ids();
    int end = row.prompt().promptLength();
    int[] all = new int[ids.length + opener.length];
    System.arraycopy(ids, 0, all, 0, end);
    System.arraycopy(opener, 0, all, end, opener.length);
    System.arraycopy(ids, end, all, end + opener.length, ids.length - end);
    boolean[] learnt = new boolean[all.length];
    System.arraycopy(row.learnt(), end, learnt, end + opener.length, ids.length - end);
    return new TrainingRow(new Prompt(all, end, row.prompt().tInst()), learnt, row.side());
  }
}
