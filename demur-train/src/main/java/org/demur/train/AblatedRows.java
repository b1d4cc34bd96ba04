package org.demur.train;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which rows of a batch are ablated, and how.
///
/// @param rows of the batch in order; empty for those that are left alone
record AblatedRows(List<Optional<RowAblation>> rows) {
  AblatedRows {
    rows = List.copyOf(rows);
  }

  /// Rows that all lose the directions of each layer.
  static AblatedRows perLayer(List<Boolean> ablated) {
    return new AblatedRows(
        ablated.stream()
            .map(row -> row ? Optional.of(RowAblation.PER_LAYER) : Optional.<RowAblation>empty())
            .toList());
  }

  /// How many rows are ablated.
  int count() {
    return (int) rows.stream().filter(Optional::isPresent).count();
  }

  /// The different ablations in the order of their first rows.
  Set<RowAblation> kinds() {
    Set<RowAblation> kinds = new LinkedHashSet<>();
    rows.forEach(row -> row.ifPresent(kinds::add));
    return kinds;
  }

  /// For every row whether it is ablated in this way.
  List<Boolean> in(RowAblation kind) {
    return rows.stream().map(row -> row.filter(kind::equals).isPresent()).toList();
  }

  /// Some of the rows, one range after the other.
  AblatedRows part(int[]... ranges) {
    List<Optional<RowAblation>> some = new ArrayList<>();
    for (int[] range : ranges) {
      some.addAll(rows.subList(range[0], range[1]));
    }
    return new AblatedRows(some);
  }
}
