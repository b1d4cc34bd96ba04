package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;

/// Cuts work into batches of rows that run together.
final class RowBatches {
  /// Rows of a batch: enough to use a CPU's cores, few enough for the memory of gradients.
  static final int ROWS = 16;

  private RowBatches() {}

  /// Neighbours together, in order; the last batch may be shorter.
  static <T> List<List<T>> of(List<T> all) {
    List<List<T>> batches = new ArrayList<>();
    for (int first = 0; first < all.size(); first += ROWS) {
      batches.add(all.subList(first, Math.min(all.size(), first + ROWS)));
    }
    return batches;
  }
}
