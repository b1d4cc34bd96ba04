package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;

/// A weight `[rows, columns]` in memory, one row after the other.
public sealed interface Matrix permits FloatMatrix, BfloatMatrix, Q8Matrix {
  /// Rows: outputs of the linear map.
  int rows();

  /// Columns: inputs of the linear map.
  int columns();

  /// Bytes that a product reads.
  long bytes();

  /// Widens one row.
  ///
  /// @param into takes `columns` numbers from `at`
  void widen(int row, float[] into, int at);

  /// Widens one row into native memory.
  ///
  /// @param into takes `columns` floats from the byte `at`
  void widen(int row, MemorySegment into, long at);

  /// Puts a row of inputs into the order and scale in which [#times] wants it.
  ///
  /// @param x holds `[columns]` floats from its start
  default float[] arranged(MemorySegment x) {
    float[] all = new float[columns()];
    MemorySegment.copy(x, Numbers.FLOAT, 0, all, 0, all.length);
    return all;
  }

  /// `y[row] = W[row] . x` for a range of rows.
  ///
  /// @param x what [#arranged] made
  /// @param y takes each result as the float at `first + row`
  void times(float[] x, int from, int to, MemorySegment y, int first);
}
