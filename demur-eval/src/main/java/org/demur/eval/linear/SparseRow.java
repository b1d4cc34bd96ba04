package org.demur.eval.linear;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A row of a sparse matrix.
///
/// @param columns columns from 0, ascending
/// @param values the value at each of these columns
public record SparseRow(int[] columns, double[] values) {
  /// Checks that both arrays have the same length and that columns ascend.
  public SparseRow {
    if (columns.length != values.length) {
      throw new IllegalArgumentException(
          columns.length + " columns and " + values.length + " values");
    }
    for (int index = 1; index < columns.length; index++) {
      if (columns[index] <= columns[index - 1]) {
        throw new IllegalArgumentException("columns must ascend");
      }
    }
  }

  /// A row from column to value.
  public static SparseRow of(Map<Integer, Double> entries) {
    SortedMap<Integer, Double> sorted = new TreeMap<>(entries);
    return new SparseRow(
        sorted.keySet().stream().mapToInt(Integer::intValue).toArray(),
        sorted.values().stream().mapToDouble(Double::doubleValue).toArray());
  }
}
