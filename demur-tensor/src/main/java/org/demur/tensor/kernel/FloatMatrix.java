package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// A weight in single precision.
public record FloatMatrix(MemorySegment memory, int rows, int columns) implements Matrix {
  @Override
  public long bytes() {
    return (long) rows * columns * Float.BYTES;
  }

  @Override
  public void widen(int row, float[] into, int at) {
    long start = (long) row * columns * Float.BYTES;
    MemorySegment.copy(memory, Numbers.FLOAT, start, into, at, columns);
  }

  @Override
  public void widen(int row, MemorySegment into, long at) {
    long length = (long) columns * Float.BYTES;
    MemorySegment.copy(memory, row * length, into, at, length);
  }

  @Override
  public void times(float[] x, int from, int to, MemorySegment y, int first) {
    float[] lanes = Lanes.scratch();
    long length = (long) columns * Float.BYTES;
    int row = from;
    for (; row + 3 < to; row += 4) {
      long at = row * length;
      FloatVector s0 = Lanes.zero();
      FloatVector s1 = Lanes.zero();
      FloatVector s2 = Lanes.zero();
      FloatVector s3 = Lanes.zero();
      for (int i = 0; i < columns; i += Lanes.COUNT) {
        FloatVector v = Lanes.of(x, i);
        long place = at + (long) i * Float.BYTES;
        s0 = Lanes.floats(memory, place).fma(v, s0);
        s1 = Lanes.floats(memory, place + length).fma(v, s1);
        s2 = Lanes.floats(memory, place + 2 * length).fma(v, s2);
        s3 = Lanes.floats(memory, place + 3 * length).fma(v, s3);
      }
      Numbers.put(Lanes.sum(s0, lanes), y, first + row);
      Numbers.put(Lanes.sum(s1, lanes), y, first + row + 1);
      Numbers.put(Lanes.sum(s2, lanes), y, first + row + 2);
      Numbers.put(Lanes.sum(s3, lanes), y, first + row + 3);
    }
    for (; row < to; row++) {
      FloatVector sum = Lanes.zero();
      for (int i = 0; i < columns; i += Lanes.COUNT) {
        sum = Lanes.floats(memory, row * length + (long) i * Float.BYTES).fma(Lanes.of(x, i), sum);
      }
      Numbers.put(Lanes.sum(sum, lanes), y, first + row);
    }
  }
}
