package org.demur.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Which rows of a batch are ablated, and how.
///
/// @param perLayer for every row whether each layer loses its own direction
/// @param oneDirection for every row whether all layers lose the direction of `source`
/// @param source layer of that direction
record AblatedRows(List<Boolean> perLayer, List<Boolean> oneDirection, int source) {
  AblatedRows {
    perLayer = List.copyOf(perLayer);
    oneDirection = List.copyOf(oneDirection);
  }

  /// Rows that all lose the directions of each layer.
  static AblatedRows perLayer(List<Boolean> ablated) {
    return new AblatedRows(ablated, Collections.nCopies(ablated.size(), false), 0);
  }

  /// How many rows are ablated.
  int count() {
    return (int)
        (perLayer.stream().filter(row -> row).count()
            + oneDirection.stream().filter(row -> row).count());
  }

  /// Some of the rows, one range after the other.
  AblatedRows part(int[]... ranges) {
    return new AblatedRows(part(perLayer, ranges), part(oneDirection, ranges), source);
  }

  private static List<Boolean> part(List<Boolean> all, int[]... ranges) {
    List<Boolean> some = new ArrayList<>();
    for (int[] range : ranges) {
      some.addAll(all.subList(range[0], range[1]));
    }
    return some;
  }
}
