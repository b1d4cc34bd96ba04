package org.demur.tensor.file;

import static org.demur.tensor.file.LittleEndian.half;
import static org.demur.tensor.file.LittleEndian.int32;
import static org.demur.tensor.file.LittleEndian.nibble;
import static org.demur.tensor.file.LittleEndian.uint16;

/// Decoders of the types whose elements are entries of a [Grid], with signs of their own.
///
/// **Source.** `block_iq2_xxs` to `block_iq1_m` in ggml-common.h of llama.cpp; the order of the
/// operations is that of the Python package gguf.
final class GridBlocks {
  private static final int SIZE = 256;
  private static final float IQ1_DELTA = 0.125f;

  private GridBlocks() {}

  static void iq2xxs(byte[] source, int blocks, float[] out) {
    float[] grid = Grid.IQ2_XXS;
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 66, to += SIZE) {
      float d = half(source, at);
      for (int group = 0; group < 8; group++) {
        int bytes = at + 2 + 8 * group;
        int packed = int32(source, bytes + 4);
        float scale = d * (0.5f + (packed >>> 28)) * 0.25f;
        for (int i = 0; i < 4; i++) {
          int entry = source[bytes + i] & 0xFF;
          eight(grid, 8 * entry, signs(packed >>> (7 * i)), scale, out, to + 32 * group + 8 * i);
        }
      }
    }
  }

  static void iq2xs(byte[] source, int blocks, float[] out) {
    float[] grid = Grid.IQ2_XS;
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 74, to += SIZE) {
      float d = half(source, at);
      for (int i = 0; i < 32; i++) {
        float scale = d * (0.5f + nibble(source, at + 66, i / 2)) * 0.25f;
        int packed = uint16(source, at + 2 + 2 * i);
        eight(grid, 8 * (packed & 0x1FF), signs(packed >>> 9), scale, out, to + 8 * i);
      }
    }
  }

  static void iq2s(byte[] source, int blocks, float[] out) {
    float[] grid = Grid.IQ2_S;
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 82, to += SIZE) {
      float d = half(source, at);
      for (int i = 0; i < 32; i++) {
        float scale = d * (0.5f + nibble(source, at + 74, i / 2)) * 0.25f;
        int high = (source[at + 66 + i / 4] >> (2 * (i % 4))) & 3;
        int entry = (source[at + 2 + i] & 0xFF) | high << 8;
        eight(grid, 8 * entry, source[at + 34 + i], scale, out, to + 8 * i);
      }
    }
  }

  static void iq3xxs(byte[] source, int blocks, float[] out) {
    float[] grid = Grid.IQ3_XXS;
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 98, to += SIZE) {
      float d = half(source, at);
      for (int group = 0; group < 8; group++) {
        int packed = int32(source, at + 66 + 4 * group);
        float scale = d * (0.5f + (packed >>> 28)) * 0.5f;
        for (int i = 0; i < 8; i++) {
          int entry = source[at + 2 + 8 * group + i] & 0xFF;
          int signs = signs(packed >>> (7 * (i / 2))) >> (4 * (i % 2));
          four(grid, 4 * entry, signs, scale, out, to + 32 * group + 4 * i);
        }
      }
    }
  }

  static void iq3s(byte[] source, int blocks, float[] out) {
    float[] grid = Grid.IQ3_S;
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 110, to += SIZE) {
      float d = half(source, at);
      for (int i = 0; i < 64; i++) {
        float scale = d * (1 + 2 * nibble(source, at + 106, i / 8));
        int high = (source[at + 66 + i / 8] >> (i % 8)) & 1;
        int entry = (source[at + 2 + i] & 0xFF) | high << 8;
        int signs = source[at + 74 + i / 2] >> (4 * (i % 2));
        four(grid, 4 * entry, signs, scale, out, to + 4 * i);
      }
    }
  }

  static void iq1s(byte[] source, int blocks, float[] out) {
    float[] grid = Grid.IQ1;
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 50, to += SIZE) {
      float d = half(source, at);
      for (int i = 0; i < 32; i++) {
        int packed = uint16(source, at + 34 + 2 * (i / 4));
        float scale = d * (2 * ((packed >> 12) & 7) + 1);
        float delta = (packed & 0x8000) == 0 ? IQ1_DELTA : -IQ1_DELTA;
        int entry = (source[at + 2 + i] & 0xFF) | ((packed >> (3 * (i % 4))) & 7) << 8;
        shifted(grid, 8 * entry, delta, scale, out, to + 8 * i);
      }
    }
  }

  static void iq1m(byte[] source, int blocks, float[] out) {
    float[] grid = Grid.IQ1;
    for (int block = 0, at = 0, to = 0; block < blocks; block++, at += 56, to += SIZE) {
      float d = iq1mScale(source, at + 48);
      for (int i = 0; i < 32; i++) {
        int scales = uint16(source, at + 48 + 2 * (i / 8));
        float scale = d * (2 * ((scales >> (3 * (i / 2 % 4))) & 7) + 1);
        int packed = nibble(source, at + 32, i);
        float delta = (packed & 8) == 0 ? IQ1_DELTA : -IQ1_DELTA;
        int entry = (source[at + i] & 0xFF) | (packed & 7) << 8;
        shifted(grid, 8 * entry, delta, scale, out, to + 8 * i);
      }
    }
  }

  /// The scale of an IQ1_M block, spread over the upper four bits of its four scale words.
  private static float iq1mScale(byte[] source, int at) {
    int bits = 0;
    for (int word = 0; word < 4; word++) {
      bits |= (uint16(source, at + 2 * word) >> 12) << (4 * word);
    }
    return Float.float16ToFloat((short) bits);
  }

  /// Eight signs from seven bits: the eighth makes the number of minus signs even.
  private static int signs(int packed) {
    int seven = packed & 0x7F;
    return seven | (Integer.bitCount(seven) & 1) << 7;
  }

  private static void eight(float[] grid, int entry, int signs, float scale, float[] out, int to) {
    for (int i = 0; i < 8; i++) {
      float value = scale * grid[entry + i];
      out[to + i] = (signs >> i & 1) == 0 ? value : -value;
    }
  }

  private static void four(float[] grid, int entry, int signs, float scale, float[] out, int to) {
    for (int i = 0; i < 4; i++) {
      float value = scale * grid[entry + i];
      out[to + i] = (signs >> i & 1) == 0 ? value : -value;
    }
  }

  private static void shifted(
      float[] grid, int entry, float delta, float scale, float[] out, int to) {
    for (int i = 0; i < 8; i++) {
      out[to + i] = scale * (grid[entry + i] + delta);
    }
  }
}
