package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.Centre;
import org.demur.directions.DirectionFile;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.Extraction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Computes differences in means at all tokens of interest and layers.
@Command(
    name = "extract",
    description = {
      "Compute differences in means, harmful minus harmless prompts, at every layer.",
      "The file has harmfulness (at t_inst, the last token of the user's text), harmfulness.CATEGORY,"
          + " and refusal.post.-K for the K-th token from the end of the prompt, each"
          + " [layer, dModel], not normalised; the JSON file beside it says what they were made of."
    },
    footer = {
      "",
      "Examples:",
      "  demur directions extract smollm2 --out directions.safetensors",
      "  demur directions extract smollm2 --harmful bad.jsonl --harmless good.csv --split all"
          + " --train 64 --out d.safetensors"
    })
final class DirectionsExtractCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();
  @Mixin private final PromptOptions data = new PromptOptions();

  @Option(
      names = "--centre",
      paramLabel = "NAME",
      description = "mean, winsorised or geometric-median (default: mean).")
  private String centre = "mean";

  @Option(
      names = "--train",
      paramLabel = "N",
      description = "Prompts of each label at most (default: all of the split).")
  private int train;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.safetensors",
      description = "Where to write; the JSON file is put beside it.")
  private Path out = Path.of("");

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  DirectionsExtractCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Centre how = centre();
    PromptSet part = data.part(data.read(), Split.TRAIN, train);
    try (Subject subject = Subject.load(options, context, data.plain())) {
      context.console().note(Provenance.line(subject.loaded()));
      EncodedPrompts prompts = data.encode(part, subject);
      Extraction found =
          WorkProgress.run(
              context,
              new WorkProgress.Task("hidden states", "prompts", prompts.size()),
              progress -> Extraction.run(subject.loaded().model(), prompts, how, progress));
      SequencedMap<String, Object> facts = facts(subject, prompts, found);
      DirectionFileJson.write(
          new DirectionFile(subject.fingerprint(), found.vectors(), facts), out);
      report(found, facts);
      return ExitCodes.FINE;
    }
  }

  private Centre centre() {
    for (Centre known : Centre.values()) {
      if (known.name().equals(centre.toUpperCase(Locale.ROOT).replace('-', '_'))) {
        return known;
      }
    }
    throw CliException.usage(
        "unknown centre \"%s\"; known: mean, winsorised, geometric-median".formatted(centre));
  }

  private SequencedMap<String, Object> facts(
      Subject subject, EncodedPrompts prompts, Extraction found) {
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("kind", "extraction");
    facts.put("modelName", subject.loaded().location().name());
    facts.put("architecture", subject.loaded().model().architecture().modelType());
    facts.put("dtype", subject.loaded().dtype());
    facts.put("demur", Version.number());
    facts.put("prompts", PromptOptions.document(prompts.set(), data.partName(Split.TRAIN)));
    facts.put("counts", found.counts());
    facts.put("positions", positions(prompts));
    facts.put("rows", "row l enters block l; the last row leaves the last block");
    facts.put("centre", centre);
    facts.put("seed", data.seed());
    return facts;
  }

  private static List<Map<String, Object>> positions(EncodedPrompts prompts) {
    List<Map<String, Object>> positions = new ArrayList<>();
    for (int i = 0; i < prompts.nPost(); i++) {
      Map<String, Object> position = new LinkedHashMap<>();
      position.put("position", (long) i - prompts.nPost());
      position.put("token", prompts.postInstruction().get(i));
      positions.add(position);
    }
    return positions;
  }

  private void report(Extraction found, SequencedMap<String, Object> facts) {
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>(facts);
      document.put("file", out.toString());
      document.put("vectors", List.copyOf(found.vectors().keySet()));
      context.console().json(document);
      return;
    }
    context
        .console()
        .line(
            "%s: %d directions of %d layers, from %d harmful and %d harmless prompts"
                .formatted(
                    out,
                    found.vectors().size(),
                    found.harmfulness().rows() - 1,
                    found.counts().get("harmful"),
                    found.counts().get("harmless")));
  }
}
