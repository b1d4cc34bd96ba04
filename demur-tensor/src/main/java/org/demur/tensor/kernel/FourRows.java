package org.demur.tensor.kernel;

import jdk.incubator.vector.FloatVector;

/// Products of four rows at a time with a matrix, from and into arrays: what attention and its
/// gradients consist of, for four neighbouring queries.
final class FourRows {
  /// Rows of a product.
  static final int COUNT = 4;

  private static final int STEP = 2 * Lanes.COUNT;

  private FourRows() {}

  /// A width rounded up to what one step of [#multiply] handles.
  static int whole(int width) {
    return Math.ceilDiv(width, STEP) * STEP;
  }

  /// `out[r, c] = sum over i of left[r, i] * right[i, c]`, two vectors of columns at a time: eight
  /// sums hide the time that an addition takes.
  ///
  /// @param left `[4, leftStride]`, of which `inner` columns count
  /// @param right `[inner, rightStride]`
  /// @param out `[4, outStride]`
  /// @param columns columns of the result, a multiple of [Kernels#lanes()]
  static void multiply(
      float[] left,
      int leftStride,
      float[] right,
      int rightStride,
      float[] out,
      int outStride,
      int inner,
      int columns) {
    int pairs = columns - columns % STEP;
    for (int column = 0; column < pairs; column += STEP) {
      FloatVector a0 = Lanes.zero();
      FloatVector a1 = Lanes.zero();
      FloatVector b0 = Lanes.zero();
      FloatVector b1 = Lanes.zero();
      FloatVector c0 = Lanes.zero();
      FloatVector c1 = Lanes.zero();
      FloatVector d0 = Lanes.zero();
      FloatVector d1 = Lanes.zero();
      for (int i = 0; i < inner; i++) {
        FloatVector r0 = Lanes.of(right, i * rightStride + column);
        FloatVector r1 = Lanes.of(right, i * rightStride + column + Lanes.COUNT);
        FloatVector a = Lanes.all(left[i]);
        a0 = r0.fma(a, a0);
        a1 = r1.fma(a, a1);
        FloatVector b = Lanes.all(left[leftStride + i]);
        b0 = r0.fma(b, b0);
        b1 = r1.fma(b, b1);
        FloatVector c = Lanes.all(left[2 * leftStride + i]);
        c0 = r0.fma(c, c0);
        c1 = r1.fma(c, c1);
        FloatVector d = Lanes.all(left[3 * leftStride + i]);
        d0 = r0.fma(d, d0);
        d1 = r1.fma(d, d1);
      }
      a0.intoArray(out, column);
      a1.intoArray(out, column + Lanes.COUNT);
      b0.intoArray(out, outStride + column);
      b1.intoArray(out, outStride + column + Lanes.COUNT);
      c0.intoArray(out, 2 * outStride + column);
      c1.intoArray(out, 2 * outStride + column + Lanes.COUNT);
      d0.intoArray(out, 3 * outStride + column);
      d1.intoArray(out, 3 * outStride + column + Lanes.COUNT);
    }
    for (int row = 0; pairs < columns && row < COUNT; row++) {
      FloatVector sum = Lanes.zero();
      for (int i = 0; i < inner; i++) {
        FloatVector factor = Lanes.all(left[row * leftStride + i]);
        sum = Lanes.of(right, i * rightStride + pairs).fma(factor, sum);
      }
      sum.intoArray(out, row * outStride + pairs);
    }
  }
}
