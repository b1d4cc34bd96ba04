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

  private static final int LANES_OF_128 = 4;
  private static final int MANTISSA_BITS = 23;
  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = -0x1.bd0106p-13f;

  /// Where single-precision numbers are one apart; its low bits do not reach the exponent's place.
  private static final float ROUNDER = 0x1.8p23f;

  /// Results stay between the smallest and the largest normal number.
  private static final float EXP_LEAST = -87;

  private static final float EXP_MOST = 88;
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

  /// Memory for [#sum].
  static float[] scratch() {
    return new float[COUNT];
  }

  /// Sum of the lanes, in an order of its own: that of the JDK's reduction is left open, and
  /// differs between interpreted and compiled code.
  ///
  /// @param scratch what [#scratch] made; its content is lost
  static float sum(FloatVector vector, float[] scratch) {
    vector.intoArray(scratch, 0);
    float sum = 0;
    for (int i = 0; i < COUNT; i += LANES_OF_128) {
      sum += (scratch[i] + scratch[i + 1]) + (scratch[i + 2] + scratch[i + 3]);
    }
    return sum;
  }

  /// `e^x` to about one unit in the last place, from operations that are exact by definition: the
  /// JDK's own gives other bits when it is interpreted than when it is compiled.
  ///
  /// **Source.** Range reduction by powers of 2 and the polynomial of Cephes' expf.
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(EXP_LEAST).min(EXP_MOST);
    // the sum has no room for fractions, so that the product is rounded to an integer
    FloatVector shifted = bounded.fma(all(LOG2_E), all(ROUNDER));
    FloatVector power = shifted.sub(ROUNDER);
    FloatVector rest = power.fma(all(-LN2_HIGH), bounded);
    rest = power.fma(all(-LN2_LOW), rest);
    FloatVector sum = all(0x1.a0d2cep-13f);
    sum = sum.fma(rest, all(0x1.6e879cp-10f));
    sum = sum.fma(rest, all(0x1.11121p-7f));
    sum = sum.fma(rest, all(0x1.555382p-5f));
    sum = sum.fma(rest, all(0x1.555554p-3f));
    sum = sum.fma(rest, all(0x1.0p-1f));
    FloatVector value = sum.fma(rest.mul(rest), rest).add(1);
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
    return value.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }
}
