package org.demur.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Finds the real models, which are too large for a repository.
///
/// They are looked for below the folder that the system property `demur.models` names, and where
/// the command line caches models.
public final class RealModels {
  private static final int DEPTH = 6;

  private RealModels() {}

  /// A GGUF file by its name; skips the test, loudly, when it is not there.
  public static Path require(String file) {
    List<Path> folders =
        List.of(
            Path.of(System.getProperty("demur.models", "no-such-folder")),
            Path.of(System.getProperty("user.home"), ".cache", "demur"));
    Optional<Path> found = folders.stream().flatMap(folder -> find(folder, file)).findFirst();
    if (found.isEmpty()) {
      String message =
          "model missing: %s is not below %s (system property demur.models), so this test checks nothing"
              .formatted(file, folders);
      System.err.println("SKIPPED: " + message);
      Assumptions.abort(message);
    }
    return found.orElseThrow();
  }

  private static Stream<Path> find(Path folder, String file) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> all = Files.walk(folder, DEPTH)) {
      return all.filter(path -> path.getFileName().toString().equals(file)).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
