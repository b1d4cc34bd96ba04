package org.demur.cli;

import java.nio.file.Path;
import java.util.List;
import org.demur.bench.MemoryNeed;
import org.demur.bench.ResidentMemory;
import org.demur.model.ModelFiles;
import org.demur.model.source.ModelLocation;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How a command runs a model: adapters, type, device, threads, and where models come from.
final class RunOptions {
  private static final String AUTO = "auto";
  private static final List<String> TYPES = List.of("fp32", "bf16", "q8", AUTO);

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "Folder of a PEFT LoRA adapter; may be repeated, their changes add up.")
  private List<Path> adapters = List.of();

  @Option(
      names = "--dtype",
      paramLabel = "fp32|bf16|q8|auto",
      description =
          "Type of weights and activations (default: fp32). q8: weights of 8 bits in blocks of 32,"
              + " for fast texts with other figures. auto: bf16 for texts where the processor"
              + " multiplies it itself, fp32 for statistics and checks.")
  private String dtype = "fp32";

  @Mixin private final MachineOptions machine = new MachineOptions();

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

  /// What a model is loaded for, which decides about `--dtype auto`.
  enum Purpose {
    /// Answers of the model.
    TEXT,
    /// Statistics of hidden states, or a check against a reference.
    STATISTICS
  }

  /// Finds and loads a model with its adapters, which are on; the caller closes it.
  LoadedModel load(String model, Context context, Purpose purpose) {
    DType type = type(context, purpose);
    Device where = machine.apply();
    ModelLocation location = locate(model, context);
    try (ModelFiles files = ModelFiles.open(location.path())) {
      MemoryNeed.require(
          location.name() + " in " + type.label(),
          MemoryNeed.ofModel(files.architecture(), type),
          ResidentMemory.available(),
          type == DType.FLOAT32 ? "use --dtype bf16 or a smaller model" : "use a smaller model");
      return LoadedModel.load(location, files, adapters, type, where);
    }
  }

  private DType type(Context context, Purpose purpose) {
    if (!TYPES.contains(dtype)) {
      throw CliException.usage(
          "unknown dtype \"%s\"; known: %s".formatted(dtype, String.join(", ", TYPES)));
    }
    boolean fast = Engine.multipliesBfloat16Fast();
    if (!dtype.equals(AUTO)) {
      if (dtype.equals(DType.BFLOAT16.label()) && !fast && machine.onProcessor()) {
        context
            .console()
            .note("bf16 halves the memory, but this processor has no instructions for it");
      }
      return DType.ofLabel(dtype);
    }
    if (purpose == Purpose.STATISTICS) {
      context.console().note("dtype auto: fp32, for exact statistics");
      return DType.FLOAT32;
    }
    context
        .console()
        .note(
            fast
                ? "dtype auto: bf16, which this processor multiplies itself"
                : "dtype auto: fp32, as this processor has no instructions for bf16");
    return fast ? DType.BFLOAT16 : DType.FLOAT32;
  }
}
