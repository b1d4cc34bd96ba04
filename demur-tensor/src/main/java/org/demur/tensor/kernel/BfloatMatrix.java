package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// A weight in bfloat16, widened as it is read: its bits are the upper half of a float's.
public record BfloatMatrix(MemorySegment memory, int rows, int columns) implements Matrix {
  private static final int PAIR = 2 * Lanes.COUNT;
  private static final int UPPER = 0xffff0000;

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

  /// First the numbers of even places of every two vectors, then those of odd places: a lane of
  /// integers holds two neighbours. What is left over at the end stays as it is.
  @Override
  public float[] arranged(MemorySegment x) {
    float[] all = Matrix.super.arranged(x);
    float[] pair = new float[PAIR];
    for (int at = 0; at + PAIR <= columns; at += PAIR) {
      System.arraycopy(all, at, pair, 0, PAIR);
      for (int i = 0; i < PAIR; i++) {
        all[at + i / 2 + i % 2 * Lanes.COUNT] = pair[i];
      }
    }
    return all;
  }

  @Override
  public void times(float[] x, int from, int to, MemorySegment y, int first) {
    float[] lanes = Lanes.scratch();
    int whole = columns / PAIR * PAIR;
    IntVector upper = IntVector.broadcast(Lanes.INTS, UPPER);
    for (int row = from; row < to; row++) {
      long at = (long) row * columns * Short.BYTES;
      FloatVector even = Lanes.zero();
      FloatVector odd = Lanes.zero();
      for (int i = 0; i < whole; i += PAIR) {
        IntVector two =
            IntVector.fromMemorySegment(
                Lanes.INTS, memory, at + (long) i * Short.BYTES, ByteOrder.LITTLE_ENDIAN);
        FloatVector lower = two.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats();
        even = lower.fma(Lanes.of(x, i), even);
        odd = two.and(upper).reinterpretAsFloats().fma(Lanes.of(x, i + Lanes.COUNT), odd);
      }
      for (int i = whole; i < columns; i += Lanes.COUNT) {
        even = Lanes.bfloats(memory, at + (long) i * Short.BYTES).fma(Lanes.of(x, i), even);
      }
      Numbers.put(Lanes.sum(even.add(odd), lanes), y, first + row);
    }
  }
}
