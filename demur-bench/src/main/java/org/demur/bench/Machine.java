package org.demur.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The machine, as far as speed depends on it.
///
/// @param processor its name, or `unknown`
/// @param instructions vector instructions that matter, such as `avx2` and `avx512_bf16`
/// @param cores processors that this process may use
/// @param memoryBytes memory, where it is known
public record Machine(
    String processor, List<String> instructions, int cores, OptionalLong memoryBytes) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final List<String> TELLING =
      List.of(
          "avx2",
          "fma",
          "f16c",
          "avx512f",
          "avx512_vnni",
          "avx_vnni",
          "avx512_bf16",
          "amx_bf16",
          "amx_int8",
          "asimd",
          "bf16",
          "i8mm",
          "sve");
  private static final List<String> BF16 = List.of("avx512_bf16", "amx_bf16", "bf16");

  /// Copies the list.
  public Machine {
    instructions = List.copyOf(instructions);
  }

  /// This machine; Linux says most about itself.
  public static Machine here() {
    int cores = Runtime.getRuntime().availableProcessors();
    return of(lines(), cores, ResidentMemory.total());
  }

  /// What the lines of Linux's list of processors say.
  static Machine of(List<String> lines, int cores, OptionalLong memory) {
    String name =
        values(lines, "model name").findFirst().filter(text -> !text.isBlank()).orElse("unknown");
    List<String> flags =
        Stream.concat(values(lines, "flags"), values(lines, "Features"))
            .findFirst()
            .map(text -> Arrays.asList(text.split(" ")))
            .orElse(List.of());
    return new Machine(name, TELLING.stream().filter(flags::contains).toList(), cores, memory);
  }

  /// Whether the processor is known to multiply bf16 numbers itself.
  public boolean multipliesBf16() {
    return instructions.stream().anyMatch(BF16::contains);
  }

  /// Whether the processor's instructions are known at all.
  public boolean known() {
    return !instructions.isEmpty();
  }

  private static Stream<String> values(List<String> lines, String key) {
    return lines.stream()
        .filter(
            line -> line.contains(":") && line.substring(0, line.indexOf(':')).strip().equals(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip());
  }

  private static List<String> lines() {
    try {
      return Files.isReadable(PROCESSORS) ? Files.readAllLines(PROCESSORS) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
