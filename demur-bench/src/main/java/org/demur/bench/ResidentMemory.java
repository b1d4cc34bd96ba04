package org.demur.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.demur.tensor.Engine;

/// Memory of this process, natives included, and of the machine.
///
/// Linux remembers the peak and forgets it on request; elsewhere the memory now stands for it.
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final Path MACHINE = Path.of("/proc/meminfo");

  /// What makes Linux forget the peak.
  private static final String FORGET_PEAK = "5";

  private static final long KILO = 1024;

  private ResidentMemory() {}

  /// Forgets the peak so far, where that is possible.
  public static void forgetPeak() {
    try {
      if (Files.isWritable(CLEAR)) {
        Files.writeString(CLEAR, FORGET_PEAK);
      }
    } catch (IOException e) {
      // the peak then is that of the whole process, which is no less true
      return;
    }
  }

  /// Most resident memory since [#forgetPeak()], in bytes.
  public static long peak() {
    return kilobytes(STATUS, "VmHWM:").orElseGet(Engine::residentBytes);
  }

  /// Memory that processes can still have without swapping, in bytes; empty where it is not known.
  public static OptionalLong available() {
    return kilobytes(MACHINE, "MemAvailable:");
  }

  /// Memory of the machine, in bytes; empty where it is not known.
  public static OptionalLong total() {
    return kilobytes(MACHINE, "MemTotal:");
  }

  private static OptionalLong kilobytes(Path file, String key) {
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KILO)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
