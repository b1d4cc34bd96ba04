package org.demur.tensor.file;

import static org.demur.tensor.file.LittleEndian.half;
import static org.demur.tensor.file.LittleEndian.nibble;
import static org.demur.tensor.file.LittleEndian.uint16;

/// Decoders of the types whose blocks hold 256 elements in groups with scales of their own.
///
/// `d` and `dMin` scale a whole block; a group has an integer scale and, in some types, an integer
/// minimum.
///
/// **Source.** `block_q2_K` to `block_q6_K`, `block_iq4_xs`, `block_tq1_0` and `block_tq2_0` in
/// ggml-common.h of llama.cpp; the order of the operations is that of the Python package gguf.
final class SuperBlocks {
  private static final int SIZE = 256;
  private static final int[] POWERS_OF_THREE = {1, 3, 9, 27, 81};

  private SuperBlocks() {}

  static void q2k(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 84, to += SIZE) {
      float d = half(source, at + 80);
      float dMin = half(source, at + 82);
      for (int group = 0; group < 16; group++) {
        int packed = source[at + group] & 0xFF;
        float scale = d * (packed & 0xF);
        float minimum = dMin * (packed >> 4);
        int bytes = at + 16 + 32 * (group / 8) + 16 * (group % 2);
        int shift = 2 * (group / 2 % 4);
        for (int i = 0; i < 16; i++) {
          out[to + 16 * group + i] = scale * ((source[bytes + i] >> shift) & 3) - minimum;
        }
      }
    }
  }

  static void q3k(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 110, to += SIZE) {
      float d = half(source, at + 108);
      for (int group = 0; group < 16; group++) {
        float scale = d * q3kScale(source, at + 96, group);
        int bytes = at + 32 + 32 * (group / 8) + 16 * (group % 2);
        int shift = 2 * (group / 2 % 4);
        int mask = at + 16 * (group % 2);
        int bit = group / 2;
        for (int i = 0; i < 16; i++) {
          // A set bit in the mask means that nothing is subtracted.
          int offset = (((source[mask + i] >> bit) & 1) ^ 1) << 2;
          out[to + 16 * group + i] = scale * (((source[bytes + i] >> shift) & 3) - offset);
        }
      }
    }
  }

  private static int q3kScale(byte[] source, int at, int group) {
    int low = (source[at + group % 8] >> (4 * (group / 8))) & 0xF;
    int high = (source[at + 8 + group % 4] >> (2 * (group / 4))) & 3;
    return (low | high << 4) - 32;
  }

  static void q4k(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 144, to += SIZE) {
      float d = half(source, at);
      float dMin = half(source, at + 2);
      for (int group = 0; group < 8; group++) {
        float scale = d * scale(source, at + 4, group);
        float minimum = dMin * minimum(source, at + 4, group);
        int bytes = at + 16 + 32 * (group / 2);
        int shift = 4 * (group % 2);
        for (int i = 0; i < 32; i++) {
          out[to + 32 * group + i] = scale * ((source[bytes + i] >> shift) & 0xF) - minimum;
        }
      }
    }
  }

  static void q5k(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 176, to += SIZE) {
      float d = half(source, at);
      float dMin = half(source, at + 2);
      for (int group = 0; group < 8; group++) {
        float scale = d * scale(source, at + 4, group);
        float minimum = dMin * minimum(source, at + 4, group);
        int bytes = at + 48 + 32 * (group / 2);
        int shift = 4 * (group % 2);
        for (int i = 0; i < 32; i++) {
          int low = (source[bytes + i] >> shift) & 0xF;
          int high = ((source[at + 16 + i] >> group) & 1) << 4;
          out[to + 32 * group + i] = scale * (low | high) - minimum;
        }
      }
    }
  }

  /// The 6-bit scale of a group of Q4_K or Q5_K: twelve bytes hold eight scales and eight minima,
  /// the upper two bits of the last four of each being those of the first four's bytes.
  private static int scale(byte[] source, int at, int group) {
    return group < 4
        ? source[at + group] & 0x3F
        : (source[at + group + 4] & 0xF) | ((source[at + group - 4] >> 2) & 0x30);
  }

  private static int minimum(byte[] source, int at, int group) {
    return group < 4
        ? source[at + group + 4] & 0x3F
        : ((source[at + group + 4] >> 4) & 0xF) | ((source[at + group] >> 2) & 0x30);
  }

  static void q6k(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 210, to += SIZE) {
      float d = half(source, at + 208);
      for (int group = 0; group < 16; group++) {
        float scale = d * source[at + 192 + group];
        int quarter = group / 2 % 4;
        int low = at + 64 * (group / 8) + 32 * (quarter % 2) + 16 * (group % 2);
        int lowShift = 4 * (quarter / 2);
        int high = at + 128 + 32 * (group / 8) + 16 * (group % 2);
        int highShift = 2 * quarter;
        for (int i = 0; i < 16; i++) {
          int value = (source[low + i] >> lowShift) & 0xF;
          value |= ((source[high + i] >> highShift) & 3) << 4;
          out[to + 16 * group + i] = scale * (value - 32);
        }
      }
    }
  }

  static void iq4xs(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 136, to += SIZE) {
      float d = half(source, at);
      int highScales = uint16(source, at + 2);
      for (int group = 0; group < 8; group++) {
        int high = ((highScales >> (2 * group)) & 3) << 4;
        float scale = d * ((nibble(source, at + 4, group) | high) - 32);
        SmallBlocks.lookUp(
            source, at + 8 + 16 * group, scale, SmallBlocks.IQ4_VALUES, out, to + 32 * group);
      }
    }
  }

  static void tq10(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 54, to += SIZE) {
      float d = half(source, at + 52);
      ternary(source, at, 32, 5, d, out, to);
      ternary(source, at + 32, 16, 5, d, out, to + 160);
      ternary(source, at + 48, 4, 4, d, out, to + 240);
    }
  }

  /// Decodes bytes that each hold up to five base-3 digits, as a fraction of 256.
  private static void ternary(
      byte[] source, int at, int width, int digits, float d, float[] out, int to) {
    for (int digit = 0; digit < digits; digit++) {
      for (int i = 0; i < width; i++) {
        int shifted = (source[at + i] * POWERS_OF_THREE[digit]) & 0xFF;
        out[to + digit * width + i] = d * (((shifted * 3) >> 8) - 1);
      }
    }
  }

  static void tq20(byte[] source, int blocks, float[] out) {
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 66, to += SIZE) {
      float d = half(source, at + 64);
      for (int group = 0; group < 8; group++) {
        int bytes = at + 32 * (group / 4);
        int shift = 2 * (group % 4);
        for (int i = 0; i < 32; i++) {
          out[to + 32 * group + i] = d * (((source[bytes + i] >> shift) & 3) - 1);
        }
      }
    }
  }
}
