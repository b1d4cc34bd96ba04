package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.Centre;
import org.demur.directions.DirectionFile;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.Extraction;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ReplyInversion;
import org.demur.directions.SteerSweep;
import org.demur.directions.StoredDirections;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Adds a direction at one layer after the other and reads the refusal log-odds.
@Command(
    name = "sweep",
    description = {
      "Add a direction at one layer after the other and read the refusal log-odds.",
      "The difference in means, times a coefficient, is added at the input of a block at all tokens of"
          + " the prompt: + on harmless prompts, - on harmful ones, beside a random direction of equal"
          + " length.",
      "--reply-inversion also asks the model whether prompts are harmful, with \"Certainly\" for yes"
          + " and \"No\" for no: harmfulness moves the answer to yes, mere refusing to no."
    },
    footer = {
      "",
      "Examples:",
      "  demur steer sweep smollm2 --direction harmfulness --layers 8-20:4 --prompts 8",
      "  demur steer sweep smollm2 --direction refusal --directions directions.safetensors"
          + " --reply-inversion --json"
    })
final class SteerSweepCommand implements Callable<Integer> {
  private static final int USUAL_LAYERS = 10;

  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();
  @Mixin private final PromptOptions data = new PromptOptions();
  @Mixin private final RefusalTokenOptions tokens = new RefusalTokenOptions();

  @Option(
      names = "--direction",
      required = true,
      paramLabel = "harmfulness|refusal",
      description = "Which direction is added.")
  private String direction = "";

  @Option(
      names = "--directions",
      paramLabel = "FILE",
      description = "What directions extract or select wrote (default: extracted now).")
  private @Nullable Path file;

  @Option(
      names = "--layers",
      paramLabel = "A-B[:STEP]",
      description = "Layers (default: about ten over the whole depth).")
  private @Nullable String layers;

  @Option(
      names = "--coefficients",
      paramLabel = "C,C",
      split = ",",
      description = "Coefficients (default: 0,1,2).")
  private List<Double> coefficients = List.of(0.0, 1.0, 2.0);

  @Option(
      names = "--prompts",
      paramLabel = "N",
      description = "Prompts of each label at most (default: 16).")
  private int most = 16;

  @Option(
      names = "--train",
      paramLabel = "N",
      description = "Prompts of each label for an extraction at most (default: 64).")
  private int train = 64;

  @Option(names = "--reply-inversion", description = "Also run the reply inversion task.")
  private boolean inversion;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  SteerSweepCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (!direction.equals(StoredDirections.HARMFULNESS)
        && !direction.equals(StoredDirections.REFUSAL)) {
      throw CliException.usage(
          "unknown direction \"%s\"; known: harmfulness, refusal".formatted(direction));
    }
    if (coefficients.isEmpty() || !coefficients.stream().allMatch(Double::isFinite)) {
      throw CliException.usage("--coefficients must be numbers, as in 0,1,2");
    }
    PromptSet all = data.read();
    PromptSet part = data.part(all, Split.TEST, most);
    try (Subject subject = Subject.load(options, context, data.plain())) {
      context.console().note(Provenance.line(subject.loaded()));
      StoredDirections stored = directions(subject, all);
      EncodedPrompts prompts = data.encode(part, subject);
      int nLayers = subject.fingerprint().nLayers();
      List<Integer> chosen =
          layers == null
              ? LayerRange.spread(nLayers, USUAL_LAYERS)
              : LayerRange.parse(layers, nLayers);
      SteerSweep.Grid grid = new SteerSweep.Grid(chosen, coefficients, data.seed());
      RefusalTokens found = refusalTokens(subject, all, prompts);
      SteerSweep.Result result = sweep(subject, stored, prompts, grid, found);
      List<ReplyInversion.Point> inverted =
          inversion ? invert(subject, stored, prompts, chosen) : List.of();
      new SweepReport(
              direction,
              grid,
              result,
              inverted,
              PromptOptions.document(part, data.partName(Split.TEST)),
              found)
          .print(context.console(), subject.loaded().location().name(), json);
      return ExitCodes.FINE;
    }
  }

  private StoredDirections directions(Subject subject, PromptSet all) {
    Path known = file;
    if (known != null) {
      return StoredDirections.read(known, subject.fingerprint());
    }
    EncodedPrompts prompts = data.encode(all.in(Split.TRAIN).atMost(train), subject);
    SequencedMap<String, DirectionFile.Vectors> vectors =
        WorkProgress.run(
            context,
            new WorkProgress.Task("hidden states", "prompts", prompts.size()),
            progress ->
                Extraction.run(subject.loaded().model(), prompts, Centre.MEAN, progress).vectors());
    return new StoredDirections(
        Path.of("the extraction"),
        new DirectionFile(subject.fingerprint(), vectors, new LinkedHashMap<>()));
  }

  private RefusalTokens refusalTokens(Subject subject, PromptSet all, EncodedPrompts prompts) {
    return tokens.find(
        subject,
        data.whole() ? prompts : data.encode(all.in(Split.TRAIN).atMost(32), subject),
        context);
  }

  private SteerSweep.Result sweep(
      Subject subject,
      StoredDirections stored,
      EncodedPrompts prompts,
      SteerSweep.Grid grid,
      RefusalTokens found) {
    float[] rows =
        stored.perRow(
            direction.equals(StoredDirections.REFUSAL)
                ? refusalIn(stored)
                : StoredDirections.HARMFULNESS);
    SteerSweep sweep = new SteerSweep(subject.loaded().model(), prompts, found.ids());
    return WorkProgress.run(
        context,
        new WorkProgress.Task("sweep", "cells", SteerSweep.cells(grid, prompts)),
        progress -> sweep.run(rows, subject.fingerprint().dModel(), grid, progress));
  }

  private static String refusalIn(StoredDirections stored) {
    boolean byLayer = stored.file().vectors().containsKey(StoredDirections.LAST);
    return byLayer ? StoredDirections.LAST : StoredDirections.REFUSAL;
  }

  private List<ReplyInversion.Point> invert(
      Subject subject, StoredDirections stored, EncodedPrompts prompts, List<Integer> chosen) {
    ReplyInversion task =
        new ReplyInversion(
            subject.loaded().model(),
            prompts,
            subject.encoder(),
            subject.tokenizer(),
            data.plain());
    ReplyInversion.Directions both =
        new ReplyInversion.Directions(
            stored.perRow(StoredDirections.HARMFULNESS),
            stored.perRow(refusalIn(stored)),
            subject.fingerprint().dModel(),
            data.seed());
    return new ArrayList<>(
        WorkProgress.run(
            context,
            new WorkProgress.Task("reply inversion", "cells", task.cells(chosen.size())),
            progress -> task.run(both, chosen, progress)));
  }
}
