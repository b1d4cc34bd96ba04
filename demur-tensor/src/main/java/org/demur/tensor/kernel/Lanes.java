package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Vectors of the machine's width, and conversions from and to what memory holds.
final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final int COUNT = FLOATS.length();
  static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(COUNT * Integer.SIZE));
  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(COUNT * Short.SIZE));

  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, COUNT * Byte.SIZE)));

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int ROUNDING = 0x7fff;
  private static final int QUIET_NAN = 0x7fc0;

  private Lanes() {}

  static FloatVector floats(MemorySegment memory, long at) {
    return FloatVector.fromMemorySegment(FLOATS, memory, at, ORDER);
  }

  static void put(FloatVector value, MemorySegment memory, long at) {
    value.intoMemorySegment(memory, at, ORDER);
  }

  /// Widens bfloat16: its bits are the upper half of a float's.
  static FloatVector bfloats(MemorySegment memory, long at) {
    IntVector bits =
        (IntVector)
            ShortVector.fromMemorySegment(SHORTS, memory, at, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    return bits.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats();
  }

  /// Rounds to the nearest bfloat16, ties to even; what is no number stays none.
  static void putBfloats(FloatVector value, MemorySegment memory, long at) {
    IntVector bits = value.reinterpretAsInts();
    IntVector odd = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(1);
    IntVector rounded = bits.add(odd).add(ROUNDING).lanewise(VectorOperators.LSHR, Short.SIZE);
    VectorMask<Integer> nan = value.test(VectorOperators.IS_NAN).cast(INTS);
    ShortVector halves =
        (ShortVector) rounded.blend(QUIET_NAN, nan).convertShape(VectorOperators.I2S, SHORTS, 0);
    halves.intoMemorySegment(memory, at, ORDER);
  }

  static FloatVector bytes(MemorySegment memory, long at) {
    return (FloatVector)
        ByteVector.fromMemorySegment(BYTES, memory, at, ORDER)
            .convertShape(VectorOperators.B2F, FLOATS, 0);
  }

  static FloatVector of(float[] array, int at) {
    return FloatVector.fromArray(FLOATS, array, at);
  }

  static FloatVector zero() {
    return FloatVector.zero(FLOATS);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  static float sum(FloatVector vector) {
    return vector.reduceLanes(VectorOperators.ADD);
  }
}
