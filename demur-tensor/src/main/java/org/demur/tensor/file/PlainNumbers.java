package org.demur.tensor.file;

/// Decoders of the types that store one number per element.
final class PlainNumbers {
  private PlainNumbers() {}

  static void bool(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = source[i] == 0 ? 0 : 1;
    }
  }

  static void unsignedByte(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = source[i] & 0xFF;
    }
  }

  static void signedByte(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = source[i];
    }
  }

  static void int16(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = LittleEndian.int16(source, 2 * i);
    }
  }

  static void int32(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = LittleEndian.int32(source, 4 * i);
    }
  }

  static void int64(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = LittleEndian.int64(source, 8 * i);
    }
  }

  static void half(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = LittleEndian.half(source, 2 * i);
    }
  }

  static void bfloat16(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = Float.intBitsToFloat(LittleEndian.uint16(source, 2 * i) << 16);
    }
  }

  static void float32(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = Float.intBitsToFloat(LittleEndian.int32(source, 4 * i));
    }
  }

  static void float64(byte[] source, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = (float) Double.longBitsToDouble(LittleEndian.int64(source, 8 * i));
    }
  }
}
