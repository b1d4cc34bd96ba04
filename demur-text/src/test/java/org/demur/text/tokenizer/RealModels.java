package org.demur.text.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// Finds the real models, which are too large for a repository.
///
/// The system property `demur.models` names a folder that holds the GGUF files, at any depth.
final class RealModels {
  private RealModels() {}

  /// The GGUF file of a model; skips the test, loudly, when it is not there.
  static Path require(String name) {
    String file =
        name.equals("smollm2") ? "SmolLM2-135M-Instruct.Q4_1.gguf" : "gemma-3-270m.Q4_K_M.gguf";
    Path folder = Path.of(System.getProperty("demur.models", "no-such-folder"));
    Path path = folder.resolve(file);
    if (!Files.exists(path)) {
      String message =
          "model missing: %s is not there (system property demur.models), so this test checks nothing"
              .formatted(path);
      System.err.println("SKIPPED: " + message);
      Assumptions.abort(message);
    }
    return path;
  }
}
