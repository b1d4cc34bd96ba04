package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// A weight in blocks of 32 signed bytes with one scale in half precision before them: the layout
/// Q8_0 of GGUF files, read as it lies in the file.
///
/// **Source.** `block_q8_0` of ggml.
public record Q8Matrix(MemorySegment memory, int rows, int columns) implements Matrix {
  /// Numbers of a block.
  public static final int BLOCK = 32;

  /// Bytes of a block.
  public static final int BLOCK_BYTES = BLOCK + Short.BYTES;

  private static final ValueLayout.OfShort SCALE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int STEPS = BLOCK / Lanes.COUNT;

  /// Checks that rows are whole blocks and that memory holds them.
  public Q8Matrix {
    if (columns % BLOCK != 0 || memory.byteSize() < (long) rows * (columns / BLOCK) * BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes are no [%d, %d] in blocks of %d"
              .formatted(memory.byteSize(), rows, columns, BLOCK));
    }
  }

  private long rowBytes() {
    return (long) columns / BLOCK * BLOCK_BYTES;
  }

  @Override
  public long bytes() {
    return rows * rowBytes();
  }

  @Override
  public void widen(int row, float[] into, int at) {
    long from = row * rowBytes();
    for (int block = 0; block < columns / BLOCK; block++) {
      FloatVector scale = Lanes.all(Float.float16ToFloat(memory.get(SCALE, from)));
      for (int step = 0; step < STEPS; step++) {
        long place = from + Short.BYTES + (long) step * Lanes.COUNT;
        int to = at + block * BLOCK + step * Lanes.COUNT;
        Lanes.bytes(memory, place).mul(scale).intoArray(into, to);
      }
      from += BLOCK_BYTES;
    }
  }

  @Override
  public void widen(int row, MemorySegment into, long at) {
    long from = row * rowBytes();
    long to = at;
    for (int block = 0; block < columns / BLOCK; block++) {
      FloatVector scale = Lanes.all(Float.float16ToFloat(memory.get(SCALE, from)));
      for (int step = 0; step < STEPS; step++) {
        long place = from + Short.BYTES + (long) step * Lanes.COUNT;
        Lanes.put(
            Lanes.bytes(memory, place).mul(scale),
            into,
            to + (long) step * Lanes.COUNT * Float.BYTES);
      }
      from += BLOCK_BYTES;
      to += (long) BLOCK * Float.BYTES;
    }
  }

  @Override
  public void times(MemorySegment x, int from, int to, MemorySegment y, int first) {
    float[] lanes = Lanes.scratch();
    long length = rowBytes();
    int row = from;
    for (; row + 1 < to; row += 2) {
      long at = row * length;
      FloatVector s0 = Lanes.zero();
      FloatVector s1 = Lanes.zero();
      for (int block = 0; block < columns / BLOCK; block++) {
        float d0 = Float.float16ToFloat(memory.get(SCALE, at));
        float d1 = Float.float16ToFloat(memory.get(SCALE, at + length));
        FloatVector t0 = Lanes.zero();
        FloatVector t1 = Lanes.zero();
        for (int step = 0; step < STEPS; step++) {
          FloatVector v =
              Lanes.floats(x, (long) (block * BLOCK + step * Lanes.COUNT) * Float.BYTES);
          long place = at + Short.BYTES + (long) step * Lanes.COUNT;
          t0 = Lanes.bytes(memory, place).fma(v, t0);
          t1 = Lanes.bytes(memory, place + length).fma(v, t1);
        }
        s0 = t0.fma(Lanes.all(d0), s0);
        s1 = t1.fma(Lanes.all(d1), s1);
        at += BLOCK_BYTES;
      }
      Numbers.put(Lanes.sum(s0, lanes), y, first + row);
      Numbers.put(Lanes.sum(s1, lanes), y, first + row + 1);
    }
    for (; row < to; row++) {
      long at = row * length;
      FloatVector sum = Lanes.zero();
      for (int block = 0; block < columns / BLOCK; block++) {
        FloatVector part = Lanes.zero();
        for (int step = 0; step < STEPS; step++) {
          FloatVector v =
              Lanes.floats(x, (long) (block * BLOCK + step * Lanes.COUNT) * Float.BYTES);
          part = Lanes.bytes(memory, at + Short.BYTES + (long) step * Lanes.COUNT).fma(v, part);
        }
        sum = part.fma(Lanes.all(Float.float16ToFloat(memory.get(SCALE, at))), sum);
        at += BLOCK_BYTES;
      }
      Numbers.put(Lanes.sum(sum, lanes), y, first + row);
    }
  }
}
