package org.demur.stats;

import java.util.Arrays;

/// A dense matrix of rows (observations) and columns (coordinates).
///
/// **Ownership**: the values are not copied; whoever makes a matrix does not change them
/// afterwards.
///
/// @param rows number of rows, such as prompts
/// @param columns number of columns, such as `dModel`
/// @param values row by row, `rows * columns` of them
public record Matrix(int rows, int columns, double[] values) {
  /// Checks the number of values.
  public Matrix {
    if (rows < 1 || columns < 1 || (long) rows * columns != values.length) {
      throw new StatsException(
          "%d values do not make a matrix [rows %d, columns %d]"
              .formatted(values.length, rows, columns));
    }
  }

  /// The value of one row and column, both from 0.
  public double at(int row, int column) {
    if (column < 0 || column >= columns) {
      throw new IndexOutOfBoundsException("column %d of %d".formatted(column, columns));
    }
    return values[row * columns + column];
  }

  /// A copy of one row.
  public double[] row(int row) {
    return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
  }
}
