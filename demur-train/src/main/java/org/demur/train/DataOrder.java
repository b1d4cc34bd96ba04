package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Deals the rows of one side: every row once, in an order of chance, then all again in another.
///
/// The order of an epoch follows from seed and epoch alone, so a place in the data is one number.
final class DataOrder {
  private final List<TrainingRow> rows;
  private final RandomStreams streams;
  private final RandomStreams.Purpose purpose;
  private long knownEpoch = -1;
  private int[] order = {};

  DataOrder(List<TrainingRow> rows, RandomStreams streams, RandomStreams.Purpose purpose) {
    this.rows = List.copyOf(rows);
    this.streams = streams;
    this.purpose = purpose;
  }

  /// Rows number `from` to `from + count - 1` of all that are ever dealt.
  List<TrainingRow> deal(long from, int count) {
    List<TrainingRow> dealt = new ArrayList<>();
    for (long number = from; number < from + count; number++) {
      dealt.add(rows.get(place(number / rows.size(), (int) (number % rows.size()))));
    }
    return dealt;
  }

  private int place(long epoch, int index) {
    if (epoch != knownEpoch) {
      order = shuffled(rows.size(), streams.of(purpose, epoch));
      knownEpoch = epoch;
    }
    return order[index];
  }

  /// The numbers 0 to count - 1 in an order of chance.
  static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
