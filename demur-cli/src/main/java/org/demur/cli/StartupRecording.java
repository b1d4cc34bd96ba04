package org.demur.cli;

import java.nio.file.Path;
import java.util.List;
import org.demur.tensor.Engine;

/// What the JVM watches when it records, at the end of a build, the classes that later starts read
/// ready-made.
///
/// A class that no command of the recording needs is read, checked and linked anew at every start.
/// So both kinds of model files are loaded here, and a model is also run through the worker of
/// `bench`, whose first answer is what the start is measured by.
public final class StartupRecording {
  private StartupRecording() {}

  /// Runs commands over tiny models one after the other. What they report does not matter.
  ///
  /// @param args the folder with the models `llama` and `llama.gguf`; standard input holds a
  ///   request to the worker
  public static void main(String[] args) {
    Engine.preload();
    String folder = Path.of(args[0], "llama").toString();
    String file = Path.of(args[0], "llama.gguf").toString();
    for (List<String> command :
        List.of(
            List.of("verify", folder),
            List.of("verify", file),
            List.of("bench", file, "--worker", "--dtype", "fp32"))) {
      Main.run(command, Console.ofProcess(), Environment.ofProcess());
    }
  }
}
