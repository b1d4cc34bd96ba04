package org.demur.data.store;

import java.nio.file.Path;
import java.util.Map;

/// A process that appends rows until it is killed.
final class EndlessLog {
  private EndlessLog() {}

  public static void main(String[] arguments) {
    try (RowLog log = RowLog.open(Path.of(arguments[0]))) {
      for (long i = 0; ; i++) {
        log.append("row-" + i, Map.of("n", i, "text", "x".repeat(5_000)));
      }
    }
  }
}
