package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Products of a weight with few rows: `y = x W^T`.
///
/// One row reads the weight once and does little else, so that memory sets the pace. For more rows
/// four rows of the weight at a time are widened into a cache line's reach and used for all of
/// them.
public final class Products {
  private static final int ROWS_PER_TILE = 4;

  /// Parts per thread, so that a thread that was delayed does not hold up the others.
  private static final int PARTS_PER_THREAD = 4;

  private static final ThreadLocal<float[]> WIDENED = ThreadLocal.withInitial(() -> new float[0]);

  private Products() {}

  /// Multiplies.
  ///
  /// @param x `[tokens, columns]`
  /// @param y `[tokens, stride]`; results go to the columns from `offset`
  public static void multiply(
      Matrix weight, MemorySegment x, int tokens, MemorySegment y, int stride, int offset) {
    int tiles = (weight.rows() + ROWS_PER_TILE - 1) / ROWS_PER_TILE;
    int parts = Math.min(tiles, Team.size() * PARTS_PER_THREAD);
    float[] only = tokens == 1 ? weight.arranged(x) : new float[0];
    Team.run(
        parts,
        part -> {
          int from = (int) ((long) tiles * part / parts) * ROWS_PER_TILE;
          int to =
              Math.min(weight.rows(), (int) ((long) tiles * (part + 1) / parts) * ROWS_PER_TILE);
          if (tokens == 1) {
            weight.times(only, from, to, y, offset);
          } else {
            several(weight, x, tokens, from, to, y, stride, offset);
          }
        });
  }

  /// Widens a whole weight.
  ///
  /// @param into takes `[rows, columns]` floats
  public static void widen(Matrix weight, MemorySegment into) {
    int parts = Math.min(weight.rows(), Team.size() * PARTS_PER_THREAD);
    long length = (long) weight.columns() * Float.BYTES;
    Team.run(
        parts,
        part -> {
          int to = (int) ((long) weight.rows() * (part + 1) / parts);
          for (int row = (int) ((long) weight.rows() * part / parts); row < to; row++) {
            weight.widen(row, into, row * length);
          }
        });
  }

  private static void several(
      Matrix weight,
      MemorySegment x,
      int tokens,
      int from,
      int to,
      MemorySegment y,
      int stride,
      int offset) {
    int columns = weight.columns();
    float[] lanes = Lanes.scratch();
    float[] tile = WIDENED.get();
    if (tile.length < ROWS_PER_TILE * columns) {
      tile = new float[ROWS_PER_TILE * columns];
      WIDENED.set(tile);
    }
    for (int row = from; row < to; row += ROWS_PER_TILE) {
      int rows = Math.min(ROWS_PER_TILE, to - row);
      for (int i = 0; i < rows; i++) {
        weight.widen(row + i, tile, i * columns);
      }
      int token = 0;
      if (rows == ROWS_PER_TILE) {
        for (; token + 1 < tokens; token += 2) {
          pair(lanes, tile, columns, x, token, y, stride, offset + row);
        }
      }
      for (; token < tokens; token++) {
        single(lanes, tile, columns, rows, x, token, y, stride, offset + row);
      }
    }
  }

  /// Four rows of the weight with two of `x`: eight sums that stay in registers.
  private static void pair(
      float[] lanes,
      float[] w,
      int columns,
      MemorySegment x,
      int token,
      MemorySegment y,
      int stride,
      int place) {
    FloatVector a0 = Lanes.zero();
    FloatVector a1 = Lanes.zero();
    FloatVector a2 = Lanes.zero();
    FloatVector a3 = Lanes.zero();
    FloatVector b0 = Lanes.zero();
    FloatVector b1 = Lanes.zero();
    FloatVector b2 = Lanes.zero();
    FloatVector b3 = Lanes.zero();
    int first = token * columns;
    int second = first + columns;
    for (int i = 0; i < columns; i += Lanes.COUNT) {
      FloatVector u = row(x, first + i);
      FloatVector v = row(x, second + i);
      FloatVector w0 = Lanes.of(w, i);
      a0 = w0.fma(u, a0);
      b0 = w0.fma(v, b0);
      FloatVector w1 = Lanes.of(w, columns + i);
      a1 = w1.fma(u, a1);
      b1 = w1.fma(v, b1);
      FloatVector w2 = Lanes.of(w, 2 * columns + i);
      a2 = w2.fma(u, a2);
      b2 = w2.fma(v, b2);
      FloatVector w3 = Lanes.of(w, 3 * columns + i);
      a3 = w3.fma(u, a3);
      b3 = w3.fma(v, b3);
    }
    int at = token * stride + place;
    Numbers.put(Lanes.sum(a0, lanes), y, at);
    Numbers.put(Lanes.sum(a1, lanes), y, at + 1);
    Numbers.put(Lanes.sum(a2, lanes), y, at + 2);
    Numbers.put(Lanes.sum(a3, lanes), y, at + 3);
    at += stride;
    Numbers.put(Lanes.sum(b0, lanes), y, at);
    Numbers.put(Lanes.sum(b1, lanes), y, at + 1);
    Numbers.put(Lanes.sum(b2, lanes), y, at + 2);
    Numbers.put(Lanes.sum(b3, lanes), y, at + 3);
  }

  private static FloatVector row(MemorySegment x, int index) {
    return Lanes.floats(x, (long) index * Float.BYTES);
  }

  private static void single(
      float[] lanes,
      float[] w,
      int columns,
      int rows,
      MemorySegment x,
      int token,
      MemorySegment y,
      int stride,
      int place) {
    for (int row = 0; row < rows; row++) {
      FloatVector sum = Lanes.zero();
      for (int i = 0; i < columns; i += Lanes.COUNT) {
        sum = Lanes.of(w, row * columns + i).fma(row(x, token * columns + i), sum);
      }
      Numbers.put(Lanes.sum(sum, lanes), y, token * stride + place + row);
    }
  }
}
