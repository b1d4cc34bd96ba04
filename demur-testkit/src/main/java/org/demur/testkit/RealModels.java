package org.demur.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Finds the registered models, which are too large for a repository.
///
/// They are looked for below the folder that the system property `demur.models` names, and where
/// the command line caches models (`DEMUR_CACHE`, or `.cache/demur` in the home folder).
public final class RealModels {
  /// The file of the model that commands know as `smollm2`.
  public static final String SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf";

  /// The file of the model that commands know as `gemma3-270m`.
  public static final String GEMMA3 = "gemma-3-270m-q4_k_m.gguf";

  private static final int DEPTH = 6;

  private RealModels() {}

  /// A GGUF file by its name; skips the test, loudly, when it is not there.
  public static Path require(String file) {
    List<Path> folders = folders();
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

  private static List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    Optional.ofNullable(System.getProperty("demur.models")).map(Path::of).ifPresent(folders::add);
    folders.add(
        Optional.ofNullable(System.getenv("DEMUR_CACHE"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache", "demur")));
    return folders;
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
