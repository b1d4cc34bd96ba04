package org.demur.tensor.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads numbers out of byte arrays in the byte order of both file formats.
final class LittleEndian {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private LittleEndian() {}

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /// A signed 16-bit integer.
  static short int16(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at);
  }

  /// An unsigned 16-bit integer.
  static int uint16(byte[] bytes, int at) {
    return Short.toUnsignedInt(int16(bytes, at));
  }

  /// A 32-bit integer.
  static int int32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /// A 64-bit integer.
  static long int64(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /// A half-precision float.
  static float half(byte[] bytes, int at) {
    return Float.float16ToFloat(int16(bytes, at));
  }

  /// The unsigned value of the 4 bits that are number `index` in a run of bytes, low bits first.
  static int nibble(byte[] bytes, int at, int index) {
    return (bytes[at + index / 2] >> (4 * (index % 2))) & 0xF;
  }
}
