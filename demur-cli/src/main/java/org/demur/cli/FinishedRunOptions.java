package org.demur.cli;

import java.nio.file.Path;
import java.util.List;
import org.demur.bench.MemoryNeed;
import org.demur.bench.ResidentMemory;
import org.demur.core.ErrorCode;
import org.demur.harden.explain.FinishedRun;
import org.demur.model.ModelFiles;
import org.demur.model.source.ModelLocation;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The RUN of a command that works on a finished hardening, and the model that was hardened.
final class FinishedRunOptions {
  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "Folder of a finished run of demur harden, its --out.")
  private Path run = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Where the run's model is, when it is not where it was.")
  private @Nullable String model;

  @Mixin private final MachineOptions machine = new MachineOptions();

  @Mixin private final SourceOptions source = new SourceOptions();

  /// Reads the folder.
  FinishedRun open() {
    return FinishedRun.open(run, HardenCommand.KIND);
  }

  /// Loads the model of the run without adapters; the caller closes it.
  ///
  /// @throws CliException when it is another model than the one that was hardened
  LoadedModel load(FinishedRun finished, DType type, Context context) {
    Device where = machine.apply();
    ModelLocation location = source.resolve(model == null ? finished.model() : model, context);
    try (ModelFiles files = ModelFiles.open(location.path())) {
      MemoryNeed.require(
          location.name() + " in " + type.label(),
          MemoryNeed.ofModel(files.architecture(), type),
          ResidentMemory.available(),
          "free some memory");
      LoadedModel loaded = LoadedModel.load(location, files, List.of(), type, where);
      try {
        requireSame(finished, loaded);
        return loaded;
      } catch (RuntimeException e) {
        loaded.close();
        throw e;
      }
    }
  }

  private static void requireSame(FinishedRun finished, LoadedModel loaded) {
    if (!loaded.hash().equals(finished.modelHash())) {
      throw new CliException(
          ErrorCode.MODEL_CONFIG,
          "%s was made with another model: its files have the hash %.12s, those of %s have %.12s; --model names the right one"
              .formatted(
                  finished.path(), finished.modelHash(), loaded.location().name(), loaded.hash()));
    }
  }
}
