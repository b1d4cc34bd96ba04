package org.demur.audit.compare;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Corrects p values for the number of tests that were made at once.
///
/// Source: Holm 1979, "A simple sequentially rejective multiple test procedure". It keeps the
/// chance of any false finding at the level, however the tests depend on each other, which those on
/// the same prompts do.
final class Holm {
  private Holm() {}

  /// The adjusted p values, each in [0, 1], in the order of the given ones.
  static double[] adjusted(double... pValues) {
    double[] adjusted = new double[pValues.length];
    List<Integer> order =
        IntStream.range(0, pValues.length)
            .boxed()
            .sorted(Comparator.comparingDouble(test -> pValues[test]))
            .toList();
    double largest = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      int test = order.get(rank);
      largest = Math.max(largest, Math.min(1, (order.size() - rank) * pValues[test]));
      adjusted[test] = largest;
    }
    return adjusted;
  }
}
