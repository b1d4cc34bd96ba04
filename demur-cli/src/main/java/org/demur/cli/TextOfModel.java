package org.demur.cli;

import org.demur.model.ModelTextFiles;
import org.demur.model.source.ModelLocation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The MODEL of a command that needs its text files only; no weights are loaded.
final class TextOfModel {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A registered name, a folder, a .gguf file or hf:org/name[@revision].")
  private String model = "";

  @Mixin private final SourceOptions source = new SourceOptions();

  /// The name as it was given.
  String name() {
    return model;
  }

  /// Finds the model and opens its text files.
  ModelTextFiles open(Context context) {
    ModelLocation location = source.resolve(model, context);
    return ModelTextFiles.open(location.path());
  }
}
