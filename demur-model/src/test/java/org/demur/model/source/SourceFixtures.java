package org.demur.model.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.demur.core.ErrorCode;

/// What the tests of this package share: quick limits, content, and a look at a cache.
final class SourceFixtures {
  /// Short enough for tests, long enough for a busy machine.
  static final NetworkLimits QUICK =
      new NetworkLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          3,
          Duration.ofMillis(1),
          Duration.ofSeconds(2),
          1L << 40);

  private SourceFixtures() {}

  static NetworkLimits withStall(Duration stall) {
    return new NetworkLimits(
        QUICK.connectTimeout(),
        stall,
        QUICK.attempts(),
        QUICK.firstWait(),
        QUICK.longestWait(),
        QUICK.maxBytes());
  }

  static byte[] content(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }

  /// The names of all files below a folder, relative to it, sorted.
  static List<String> filesBelow(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !Files.isDirectory(file))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asserts that an action fails with this code and a message that has all these parts.
  static void assertFails(ErrorCode code, Runnable action, String... parts) {
    Assertions.assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            ModelSourceException.class,
            (Consumer<ModelSourceException>)
                e -> Assertions.assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }
}
