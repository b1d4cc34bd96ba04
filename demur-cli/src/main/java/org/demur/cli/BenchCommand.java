package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.bench.Advice;
import org.demur.bench.Benchmarks;
import org.demur.bench.Figure;
import org.demur.bench.Machine;
import org.demur.bench.MachinePeaks;
import org.demur.bench.MemoryNeed;
import org.demur.bench.ResidentMemory;
import org.demur.bench.Suite;
import org.demur.model.ModelFiles;
import org.demur.model.config.Architecture;
import org.demur.model.source.ModelLocation;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Says how fast a model runs on this machine.
@Command(
    name = "bench",
    description = {
      "Measure how fast a model runs on this machine; about a minute for a small model.",
      "Tokens per second for the extraction of hidden states, prefill and decoding, in each dtype:"
          + " the median, and the quartiles of repeated runs. The share says how near that is to the"
          + " limit, which is the best matrix product (GEMM) or the best reading of memory that is"
          + " measured here."
    },
    footer = {
      "",
      "Examples:",
      "  demur bench smollm2",
      "  demur bench smollm2 --dtype fp32 --only extract,decode-1 --json"
    })
final class BenchCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final List<DType> TYPES = List.of(DType.FLOAT32, DType.BFLOAT16, DType.Q8_0);
  private static final double GIGA = 1e9;
  private static final int PERCENT = 100;

  private final Context context;

  @Parameters(
      paramLabel = "MODEL",
      description = "A registered name, a folder, a .gguf file or hf:org/name[@revision].")
  private String model = "";

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "Folder of a PEFT LoRA adapter; may be repeated, their changes add up.")
  private List<Path> adapters = List.of();

  @Option(
      names = "--dtype",
      paramLabel = "fp32|bf16|q8|all",
      description = "Types of weights and activations (default: all, of q8 only decoding).")
  private String dtype = ALL;

  @Mixin private final MachineOptions place = new MachineOptions();

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these: extract, extract-1, prefill, decode-1, decode-8, decode-32; separated by"
              + " commas.")
  private List<String> only = List.of();

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "Measured runs of each (default: what fits into a few seconds, 1 to 9).")
  private @Nullable Integer repeats;

  @Option(
      names = "--worker",
      hidden = true,
      description = "Measure what is asked for on standard input, one JSON object per line.")
  private boolean worker;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  @Mixin private final SourceOptions source = new SourceOptions();

  BenchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<DType> types = types();
    if (repeats != null && repeats < 1) {
      throw CliException.usage("--repeats must be at least 1, got " + repeats);
    }
    Device where = place.apply();
    ModelLocation location = source.resolve(model, context);
    if (worker) {
      return new BenchWorker(context, type -> load(location, type, where), types).run();
    }
    List<Suite.Entry> entries = entries(location, types);
    Machine machine = Machine.here();
    warn(machine, types, where);
    Results results =
        WorkProgress.run(
            context,
            new WorkProgress.Task("bench", "measurements", count(entries, types)),
            progress -> {
              Results all = new Results();
              for (DType type : types) {
                measure(location, type, where, entries(entries, type), all, progress);
              }
              return all;
            });
    List<String> advice = Advice.from(results.figures, machine, Engine.threads());
    if (json) {
      context.console().json(document(location, machine, results, advice));
    } else {
      print(machine, results, advice);
    }
    return ExitCodes.FINE;
  }

  private static final class Results {
    final List<MachinePeaks> peaks = new ArrayList<>();
    final List<Figure> figures = new ArrayList<>();
    @Nullable Provenance provenance;
  }

  private List<DType> types() {
    if (dtype.equals(ALL)) {
      return TYPES;
    }
    return TYPES.stream()
        .filter(type -> type.label().equals(dtype))
        .findFirst()
        .map(List::of)
        .orElseThrow(
            () ->
                CliException.usage(
                    "unknown dtype \"%s\"; known: fp32, bf16, q8, all".formatted(dtype)));
  }

  /// What is measured; also checks that it fits into memory.
  private List<Suite.Entry> entries(ModelLocation location, List<DType> types) {
    Architecture architecture;
    try (ModelFiles files = ModelFiles.open(location.path())) {
      architecture = files.architecture();
    }
    List<Suite.Entry> entries = Suite.only(Suite.of(architecture), only);
    for (DType type : types) {
      MemoryNeed.require(
          location.name() + " in " + type.label(),
          MemoryNeed.of(architecture, type, entries.stream().map(Suite.Entry::request).toList()),
          ResidentMemory.available(),
          type == DType.FLOAT32
              ? "try --dtype bf16, which needs half for the weights, or --only extract-1"
              : "try --only extract-1 or a smaller model");
    }
    return entries;
  }

  /// Beside the other types, weights of 8 bits are of interest where weights are read for every
  /// token.
  private List<Suite.Entry> entries(List<Suite.Entry> entries, DType type) {
    return type == DType.Q8_0 && dtype.equals(ALL)
        ? entries.stream().filter(entry -> entry.name().startsWith("decode-")).toList()
        : entries;
  }

  private int count(List<Suite.Entry> entries, List<DType> types) {
    return types.stream().mapToInt(type -> entries(entries, type).size()).sum();
  }

  /// What will make the figures worse than they could be; the run goes on.
  private void warn(Machine machine, List<DType> types, Device where) {
    if (where.kind() != Device.Kind.CPU) {
      return;
    }
    if (Engine.threads() > machine.cores()) {
      context
          .console()
          .note(
              "note: %d threads on %d cores get in each other's way"
                  .formatted(Engine.threads(), machine.cores()));
    }
    if (types.contains(DType.BFLOAT16) && machine.known() && !machine.multipliesBf16()) {
      context
          .console()
          .note("note: this CPU has no instructions for bf16, which will therefore be slow");
    }
  }

  private LoadedModel load(ModelLocation location, DType type, Device where) {
    try (ModelFiles files = ModelFiles.open(location.path())) {
      return LoadedModel.load(location, files, adapters, type, where);
    }
  }

  private void measure(
      ModelLocation location,
      DType type,
      Device where,
      List<Suite.Entry> entries,
      Results all,
      java.util.function.IntConsumer progress) {
    if (entries.isEmpty()) {
      return;
    }
    MachinePeaks peaks = peaks(type.activations(), where, all.peaks);
    int before = all.figures.size();
    try (LoadedModel loaded = load(location, type, where)) {
      context.console().note(Provenance.line(loaded));
      Benchmarks benchmarks = new Benchmarks(loaded.model(), loaded.endOfSequence());
      all.figures.addAll(
          Suite.run(
              benchmarks,
              entries,
              peaks,
              repeats == null ? 0 : repeats,
              done -> progress.accept(before + done)));
      if (json && all.provenance == null) {
        all.provenance =
            Provenance.of(loaded, source.cache(context.environment()), context.environment());
      }
    }
  }

  /// Those that are known, or else measured and added to them.
  private static MachinePeaks peaks(DType type, Device where, List<MachinePeaks> known) {
    return known.stream()
        .filter(one -> one.type() == type)
        .findFirst()
        .orElseGet(
            () -> {
              MachinePeaks found =
                  known.isEmpty()
                      ? MachinePeaks.measure(type, where)
                      : known.getFirst().inType(type, where);
              known.add(found);
              return found;
            });
  }

  private void print(Machine machine, Results results, List<String> advice) {
    Table table =
        new Table(
            "what", "dtype", "tokens/s", "p25 - p75", "runs", "share of limit", "peak memory");
    for (Figure figure : results.figures) {
      table.row(
          figure.title(),
          figure.dtype(),
          speed(figure.tokensPerSecond().median()),
          speed(figure.tokensPerSecond().p25()) + " - " + speed(figure.tokensPerSecond().p75()),
          Integer.toString(figure.tokensPerSecond().n()),
          "%s %% of %s"
              .formatted(
                  Numbers.fixed(PERCENT * figure.share(), 0),
                  figure.limit() == Figure.Limit.GEMM ? "GEMM" : "memory"),
          Sizes.ofBytes(figure.peakBytes()));
    }
    table.print(context.console());
    context.console().line("");
    context.console().line(machineLine(machine));
    context.console().line(peaksLine(results.peaks));
    advice.forEach(line -> context.console().line("- " + line));
  }

  private static String machineLine(Machine machine) {
    String memory =
        machine.memoryBytes().isPresent()
            ? ", " + Sizes.ofBytes(machine.memoryBytes().getAsLong())
            : "";
    String instructions =
        machine.known() ? " (" + String.join(" ", machine.instructions()) + ")" : "";
    return "%s%s, %d cores, %d threads%s"
        .formatted(machine.processor(), instructions, machine.cores(), Engine.threads(), memory);
  }

  private static String peaksLine(List<MachinePeaks> peaks) {
    List<String> parts = new ArrayList<>();
    for (MachinePeaks one : peaks) {
      parts.add(
          "%s GFLOP/s in %s"
              .formatted(Numbers.fixed(one.flopsPerSecond() / GIGA, 0), one.type().label()));
    }
    return "GEMM %s; memory %s GB/s"
        .formatted(
            String.join(", ", parts), Numbers.fixed(peaks.getFirst().bytesPerSecond() / GIGA, 1));
  }

  private static String speed(double tokensPerSecond) {
    return Numbers.fixed(tokensPerSecond, tokensPerSecond < PERCENT ? 1 : 0);
  }

  private Map<String, Object> document(
      ModelLocation location, Machine machine, Results results, List<String> advice) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", location.name());
    document.put("machine", BenchDocuments.machine(machine));
    document.put("peaks", results.peaks.stream().map(BenchDocuments::peaks).toList());
    document.put("figures", results.figures.stream().map(BenchDocuments::figure).toList());
    document.put("advice", advice);
    if (results.provenance != null) {
      document.put("provenance", results.provenance);
    }
    return document;
  }
}
