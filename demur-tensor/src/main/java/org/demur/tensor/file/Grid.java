package org.demur.tensor.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/// The codebooks of the grid-coded types: an entry is a run of 4 or 8 small numbers.
///
/// A codebook is one array, entry after entry; nobody may write to it.
///
/// **Source.** ggml-common.h of llama.cpp (MIT), in the packing of the resource `grids.txt`.
final class Grid {
  private static final Map<String, byte[]> PACKED = packed();
  private static final int[] TWO_BIT_VALUES = {0x08, 0x19, 0x2b};

  /// 256 entries of 8.
  static final float[] IQ2_XXS = unpack("IQ2_XXS", 256 * 8, TWO_BIT_VALUES);

  /// 512 entries of 8.
  static final float[] IQ2_XS = unpack("IQ2_XS", 512 * 8, TWO_BIT_VALUES);

  /// 1024 entries of 8.
  static final float[] IQ2_S = unpack("IQ2_S", 1024 * 8, TWO_BIT_VALUES);

  /// 256 entries of 4.
  static final float[] IQ3_XXS =
      unpack("IQ3_XXS", 256 * 4, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3e);

  /// 512 entries of 4.
  static final float[] IQ3_S = unpack("IQ3_S", 512 * 4, 1, 3, 5, 7, 9, 11, 13, 15);

  /// 2048 entries of 8, for IQ1_S and IQ1_M.
  static final float[] IQ1 = unpack("IQ1", 2048 * 8, -1, 0, 1);

  private Grid() {}

  private static float[] unpack(String name, int count, int... alphabet) {
    byte[] packed = PACKED.getOrDefault(name, new byte[0]);
    int bits = alphabet.length <= 4 ? 2 : 4;
    int perByte = 8 / bits;
    if (packed.length * perByte != count) {
      throw new IllegalStateException("grid " + name + " has " + packed.length + " bytes");
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      int index = (packed[i / perByte] >> (bits * (i % perByte))) & ((1 << bits) - 1);
      numbers[i] = alphabet[index];
    }
    return numbers;
  }

  private static Map<String, byte[]> packed() {
    try (InputStream in = Grid.class.getResourceAsStream("grids.txt")) {
      if (in == null) {
        throw new IllegalStateException("the resource grids.txt is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 2))
          .collect(
              Collectors.toMap(words -> words[0], words -> Base64.getDecoder().decode(words[1])));
    } catch (IOException e) {
      throw new IllegalStateException("the resource grids.txt cannot be read", e);
    }
  }
}
