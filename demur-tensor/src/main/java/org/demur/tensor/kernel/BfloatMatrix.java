package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// A weight in bfloat16, widened as it is read.
///
/// The loops are those of [FloatMatrix], written again: with both kinds of loads in one loop the
/// JVM cannot keep vectors in registers.
public record BfloatMatrix(MemorySegment memory, int rows, int columns) implements Matrix {
  @Override
  public long bytes() {
    return (long) rows * columns * Short.BYTES;
  }

  @Override
  public void widen(int row, float[] into, int at) {
    long start = (long) row * columns * Short.BYTES;
    for (int i = 0; i < columns; i += Lanes.COUNT) {
      Lanes.bfloats(memory, start + (long) i * Short.BYTES).intoArray(into, at + i);
    }
  }

  @Override
  public void widen(int row, MemorySegment into, long at) {
    long length = (long) columns * Short.BYTES;
    for (int i = 0; i < columns; i += Lanes.COUNT) {
      FloatVector wide = Lanes.bfloats(memory, row * length + (long) i * Short.BYTES);
      Lanes.put(wide, into, at + (long) i * Float.BYTES);
    }
  }

  @Override
  public void times(MemorySegment x, int from, int to, MemorySegment y, int first) {
    float[] lanes = Lanes.scratch();
    long length = (long) columns * Short.BYTES;
    int row = from;
    for (; row + 3 < to; row += 4) {
      long at = row * length;
      FloatVector s0 = Lanes.zero();
      FloatVector s1 = Lanes.zero();
      FloatVector s2 = Lanes.zero();
      FloatVector s3 = Lanes.zero();
      for (int i = 0; i < columns; i += Lanes.COUNT) {
        FloatVector v = Lanes.floats(x, (long) i * Float.BYTES);
        long place = at + (long) i * Short.BYTES;
        s0 = Lanes.bfloats(memory, place).fma(v, s0);
        s1 = Lanes.bfloats(memory, place + length).fma(v, s1);
        s2 = Lanes.bfloats(memory, place + 2 * length).fma(v, s2);
        s3 = Lanes.bfloats(memory, place + 3 * length).fma(v, s3);
      }
      Numbers.put(Lanes.sum(s0, lanes), y, first + row);
      Numbers.put(Lanes.sum(s1, lanes), y, first + row + 1);
      Numbers.put(Lanes.sum(s2, lanes), y, first + row + 2);
      Numbers.put(Lanes.sum(s3, lanes), y, first + row + 3);
    }
    for (; row < to; row++) {
      FloatVector sum = Lanes.zero();
      for (int i = 0; i < columns; i += Lanes.COUNT) {
        sum =
            Lanes.bfloats(memory, row * length + (long) i * Short.BYTES)
                .fma(Lanes.floats(x, (long) i * Float.BYTES), sum);
      }
      Numbers.put(Lanes.sum(sum, lanes), y, first + row);
    }
  }
}
