package org.demur.cli;

import java.nio.file.Path;
import java.util.List;
import org.demur.model.ModelFiles;
import org.demur.model.source.ModelLocation;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How a command runs a model: adapters, type, device, threads, and where models come from.
final class RunOptions {
  private static final List<String> TYPES = List.of("fp32", "bf16");

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "Folder of a PEFT LoRA adapter; may be repeated, their changes add up.")
  private List<Path> adapters = List.of();

  @Option(
      names = "--dtype",
      paramLabel = "fp32|bf16",
      description = "Type of weights and activations (default: fp32).")
  private String dtype = "fp32";

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda[:N]",
      description = "Where to compute (default: cpu).")
  private String device = "cpu";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one operation (default: one per core).")
  private @Nullable Integer threads;

  @Mixin private final SourceOptions source = new SourceOptions();

  /// The folder for models and certificates.
  Path cache(Environment environment) {
    return source.cache(environment);
  }

  /// Finds a model; nothing is loaded.
  ModelLocation locate(String model, Context context) {
    return source.resolve(model, context);
  }

  /// Folders of the adapters.
  List<Path> adapters() {
    return adapters;
  }

  /// The type as it was given.
  String dtype() {
    return dtype;
  }

  /// Finds and loads a model with its adapters, which are on; the caller closes it.
  LoadedModel load(String model, Context context) {
    DType type = type();
    if (threads != null) {
      Engine.setThreads(threads);
    }
    Device where = Device.parse(device);
    ModelLocation location = locate(model, context);
    try (ModelFiles files = ModelFiles.open(location.path())) {
      return LoadedModel.load(location, files, adapters, type, where);
    }
  }

  private DType type() {
    if (!TYPES.contains(dtype)) {
      throw CliException.usage(
          "unknown dtype \"%s\"; known: %s".formatted(dtype, String.join(", ", TYPES)));
    }
    return DType.ofLabel(dtype);
  }
}
