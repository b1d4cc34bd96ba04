package org.demur.tensor.file;

import static org.demur.tensor.file.LittleEndian.half;
import static org.demur.tensor.file.LittleEndian.int32;

/// Decoders of the types whose blocks hold 32 elements.
///
/// Where an element has 4 low bits, the 16 bytes of a block hold elements 0-15 in their lower
/// halves and elements 16-31 in their upper halves. `d` is the scale of a block, `m` its minimum.
///
/// **Source.** `block_q4_0` to `block_q8_0`, `block_iq4_nl` and `block_mxfp4` in ggml-common.h of
/// llama.cpp; the order of the operations is that of the Python package gguf, so that results are
/// equal to the last bit.
final class SmallBlocks {
  /// The values that 4 bits stand for in IQ4_NL and IQ4_XS.
  static final float[] IQ4_VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /// The values of a 4-bit float with 2 bits of exponent and 1 of mantissa, doubled.
  private static final float[] MXFP4_VALUES = {
    0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12
  };

  private static final int HALF = 16;
  private static final int SIZE = 32;

  private SmallBlocks() {}

  static void q40(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 18, to += SIZE) {
      float d = half(source, at);
      for (int i = 0; i < HALF; i++) {
        int packed = source[at + 2 + i];
        out[to + i] = d * ((packed & 0xF) - 8);
        out[to + HALF + i] = d * (((packed >> 4) & 0xF) - 8);
      }
    }
  }

  static void q41(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 20, to += SIZE) {
      float d = half(source, at);
      float m = half(source, at + 2);
      for (int i = 0; i < HALF; i++) {
        int packed = source[at + 4 + i];
        out[to + i] = d * (packed & 0xF) + m;
        out[to + HALF + i] = d * ((packed >> 4) & 0xF) + m;
      }
    }
  }

  static void q50(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 22, to += SIZE) {
      float d = half(source, at);
      int high = int32(source, at + 2);
      for (int i = 0; i < HALF; i++) {
        int packed = source[at + 6 + i];
        out[to + i] = d * (((packed & 0xF) | fifthBit(high, i)) - 16);
        out[to + HALF + i] = d * ((((packed >> 4) & 0xF) | fifthBit(high, HALF + i)) - 16);
      }
    }
  }

  static void q51(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 24, to += SIZE) {
      float d = half(source, at);
      float m = half(source, at + 2);
      int high = int32(source, at + 4);
      for (int i = 0; i < HALF; i++) {
        int packed = source[at + 8 + i];
        out[to + i] = d * ((packed & 0xF) | fifthBit(high, i)) + m;
        out[to + HALF + i] = d * (((packed >> 4) & 0xF) | fifthBit(high, HALF + i)) + m;
      }
    }
  }

  private static int fifthBit(int high, int index) {
    return ((high >>> index) & 1) << 4;
  }

  static void q80(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 34, to += SIZE) {
      float d = half(source, at);
      for (int i = 0; i < SIZE; i++) {
        out[to + i] = source[at + 2 + i] * d;
      }
    }
  }

  static void iq4nl(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 18, to += SIZE) {
      lookUp(source, at + 2, half(source, at), IQ4_VALUES, out, to);
    }
  }

  static void mxfp4(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 17, to += SIZE) {
      lookUp(source, at + 1, halfPowerOfTwo(source[at] & 0xFF), MXFP4_VALUES, out, to);
    }
  }

  /// 2 to the power of `exponent - 128`: half of what the byte stands for, as the values are
  /// doubled.
  private static float halfPowerOfTwo(int exponent) {
    return Float.intBitsToFloat(exponent < 2 ? 0x00200000 << exponent : (exponent - 1) << 23);
  }

  /// Decodes 32 elements from 16 bytes through a table of 16 values.
  static void lookUp(byte[] source, int at, float d, float[] values, float[] out, int to) {
    for (int i = 0; i < HALF; i++) {
      int packed = source[at + i];
      out[to + i] = d * values[packed & 0xF];
      out[to + HALF + i] = d * values[(packed >> 4) & 0xF];
    }
  }
}
