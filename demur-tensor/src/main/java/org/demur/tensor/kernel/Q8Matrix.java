package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.demur.tensor.EightBit;

/// A weight in blocks of 32 signed bytes with one scale in half precision before them: the layout
/// Q8_0 of GGUF files, read as it lies in the file.
///
/// **Source.** `block_q8_0` of ggml.
public record Q8Matrix(MemorySegment memory, int rows, int columns) implements Matrix {
  private static final int BLOCK = EightBit.BLOCK;
  private static final int BLOCK_BYTES = EightBit.BLOCK_BYTES;
  private static final ValueLayout.OfShort SCALE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int STEPS = BLOCK / Lanes.COUNT;

  /// A block is eight integers of four bytes, whatever else the machine could do at once.
  private static final int LANES = BLOCK / Integer.BYTES;

  private static final VectorSpecies<Integer> BITS = IntVector.SPECIES_256;
  private static final VectorSpecies<Float> VALUES = FloatVector.SPECIES_256;
  private static final int TURN = 0x80808080;
  private static final float TURNED = 128;
  private static final float HIGHER = 256;
  private static final float UNITS = 0x1p23f;

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

  /// In every block all first bytes of groups of four, then all second ones, and so on: a lane of
  /// integers holds such a group. What meets a byte that stands eight bits higher is divided by
  /// 256.
  @Override
  public float[] arranged(MemorySegment x) {
    float[] all = new float[columns];
    for (int block = 0; block < columns; block += BLOCK) {
      for (int i = 0; i < BLOCK; i++) {
        int byteOfLane = i % Integer.BYTES;
        float value = x.get(Numbers.FLOAT, (long) (block + i) * Float.BYTES);
        all[block + byteOfLane * LANES + i / Integer.BYTES] =
            byteOfLane % 2 == 0 ? value : value / HIGHER;
      }
    }
    return all;
  }

  /// A byte becomes a float without a conversion: with its sign bit turned it is added to the bits
  /// of 2^23, whose last digits count units; taking 2^23 and the turned bit away leaves its value.
  /// Logical operations have four units in a core where shifts and conversions have one.
  @Override
  public void times(float[] x, int from, int to, MemorySegment y, int first) {
    float[] lanes = new float[LANES];
    IntVector turn = IntVector.broadcast(BITS, TURN);
    IntVector low = IntVector.broadcast(BITS, 0xff);
    IntVector high = IntVector.broadcast(BITS, 0xff00);
    IntVector units = IntVector.broadcast(BITS, Float.floatToRawIntBits(UNITS));
    FloatVector lowZero = FloatVector.broadcast(VALUES, UNITS + TURNED);
    FloatVector highZero = FloatVector.broadcast(VALUES, UNITS + TURNED * HIGHER);
    for (int row = from; row < to; row++) {
      long at = row * rowBytes();
      FloatVector sum = FloatVector.zero(VALUES);
      for (int i = 0; i < columns; i += BLOCK, at += BLOCK_BYTES) {
        IntVector bytes =
            IntVector.fromMemorySegment(BITS, memory, at + Short.BYTES, ByteOrder.LITTLE_ENDIAN)
                .lanewise(VectorOperators.XOR, turn);
        FloatVector part =
            value(bytes, low, units, lowZero).mul(FloatVector.fromArray(VALUES, x, i));
        part =
            value(bytes, high, units, highZero)
                .fma(FloatVector.fromArray(VALUES, x, i + LANES), part);
        bytes = bytes.lanewise(VectorOperators.LSHR, Short.SIZE);
        part =
            value(bytes, low, units, lowZero)
                .fma(FloatVector.fromArray(VALUES, x, i + 2 * LANES), part);
        part =
            value(bytes, high, units, highZero)
                .fma(FloatVector.fromArray(VALUES, x, i + 3 * LANES), part);
        float scale = Float.float16ToFloat(memory.get(SCALE, at));
        sum = part.fma(FloatVector.broadcast(VALUES, scale), sum);
      }
      sum.intoArray(lanes, 0);
      float low4 = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
      Numbers.put(low4 + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7])), y, first + row);
    }
  }

  private static FloatVector value(
      IntVector bytes, IntVector mask, IntVector units, FloatVector zero) {
    return bytes.and(mask).or(units).reinterpretAsFloats().sub(zero);
  }
}
