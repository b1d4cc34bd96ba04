package org.demur.cli;

import java.nio.file.Path;
import org.demur.model.source.ModelLocation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The MODEL of a command that runs it, and how it is run.
final class ModelOptions {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A registered name, a folder, a .gguf file or hf:org/name[@revision].")
  private String model = "";

  @Mixin private final RunOptions run = new RunOptions();

  /// The model as it was named.
  String name() {
    return model;
  }

  /// The folder for models and certificates.
  Path cache(Environment environment) {
    return run.cache(environment);
  }

  /// Finds the model; nothing is loaded.
  ModelLocation locate(Context context) {
    return run.locate(model, context);
  }

  /// Finds and loads the model with its adapters, which are on; the caller closes it.
  LoadedModel load(Context context) {
    return load(context, RunOptions.Purpose.STATISTICS);
  }

  /// As [#load(Context)], for a purpose that may allow another type with `--dtype auto`.
  LoadedModel load(Context context, RunOptions.Purpose purpose) {
    return run.load(model, context, purpose);
  }
}
