package org.demur.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the processor says about itself.
final class Processor {
  private static final Path INFO = Path.of("/proc/cpuinfo");
  private static final List<String> BFLOAT16 = List.of("avx512_bf16", "amx_bf16", "bf16");

  /// Whether it has instructions for products of bfloat16 matrices; false where that is not known.
  static final boolean MULTIPLIES_BFLOAT16 = multipliesBfloat16();

  private Processor() {}

  private static boolean multipliesBfloat16() {
    try (Stream<String> lines = Files.lines(INFO)) {
      return lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .limit(1)
          .anyMatch(line -> List.of(line.split("\\s+")).stream().anyMatch(BFLOAT16::contains));
    } catch (IOException e) {
      return false;
    }
  }
}
