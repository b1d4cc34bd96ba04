package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.demur.core.Hashes;
import org.demur.data.Label;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.Candidate;
import org.demur.directions.CandidateScorer;
import org.demur.directions.CandidateScores;
import org.demur.directions.ControlVectors;
import org.demur.directions.DirectionFile;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.DirectionSelection;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.RefusalTokens;
import org.demur.directions.SelectionFilters;
import org.demur.directions.SelectionJournal;
import org.demur.directions.SelectionResult;
import org.demur.directions.StoredDirections;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Picks the refusal direction among all candidates by what they do to the model.
@Command(
    name = "select",
    description = {
      "Pick the refusal direction among the candidates of an extraction by what they do.",
      "bypass: refusal log-odds of harmful prompts with the direction ablated everywhere; induce:"
          + " those of harmless prompts with it added at its layer; KL: how much the ablation changes"
          + " harmless prompts. The lowest bypass wins among those within the bounds.",
      "Finished candidates are kept in a journal beside --out: the same command goes on after"
          + " Ctrl-C."
    },
    footer = {
      "",
      "Examples:",
      "  demur directions select smollm2 --directions directions.safetensors --out refusal.safetensors",
      "  demur directions select smollm2 --directions d.safetensors --layers 10-22 --positions=-1,-2"
          + " --out r.safetensors"
    })
final class DirectionsSelectCommand implements Callable<Integer> {
  /// More prompts of each label change the choice little and cost time.
  private static final int USUAL_PROMPTS = 32;

  private static final Pattern OFFSETS = Pattern.compile("-\\d{1,4}(,-\\d{1,4})*");

  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();
  @Mixin private final PromptOptions data = new PromptOptions();
  @Mixin private final RefusalTokenOptions tokens = new RefusalTokenOptions();

  @Option(
      names = "--directions",
      required = true,
      paramLabel = "FILE",
      description = "What directions extract wrote.")
  private Path directions = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.safetensors",
      description = "Where to write the direction, under the name refusal.")
  private Path out = Path.of("");

  @Option(
      names = "--prompts",
      paramLabel = "N",
      description = "Prompts of each label at most (default: 32).")
  private int prompts = USUAL_PROMPTS;

  @Option(
      names = "--layers",
      paramLabel = "A-B[:STEP]",
      description = "Only candidates of these layers (default: all).")
  private @Nullable String layers;

  @Option(
      names = "--positions",
      paramLabel = "-1,-2",
      description = "Only candidates of these tokens, counted from the end (default: all).")
  private @Nullable String positions;

  @Option(names = "--max-kl", paramLabel = "NATS", description = "Bound on KL (default: 0.1).")
  private double maxKl = SelectionFilters.PUBLISHED.maxKl();

  @Option(
      names = "--relaxed-kl",
      paramLabel = "NATS",
      description = "Second bound when nothing is within the first (default: 0.3).")
  private double relaxedKl = SelectionFilters.PUBLISHED.relaxedKl();

  @Option(
      names = "--export-control-vector",
      paramLabel = "FILE.gguf",
      description = "Also write it as a control vector for llama.cpp.")
  private @Nullable Path controlVector;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  DirectionsSelectCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (!(maxKl >= 0 && relaxedKl >= maxKl)) {
      throw CliException.usage(
          "--max-kl must not be negative and --relaxed-kl not below it, got %s and %s"
              .formatted(maxKl, relaxedKl));
    }
    PromptSet all = data.read();
    PromptSet part = data.part(all, Split.VALIDATION, prompts);
    try (Subject subject = Subject.load(options, context, data.plain())) {
      StoredDirections stored = StoredDirections.read(directions, subject.fingerprint());
      context.console().note(Provenance.line(subject.loaded()));
      SelectionReport report = select(subject, stored, all, part);
      if (report.result().selected().isPresent()) {
        write(subject, report);
      }
      report.print(context.console(), json, out);
      return report.result().selected().isPresent() ? ExitCodes.FINE : ExitCodes.CHECK_FAILED;
    }
  }

  private SelectionReport select(
      Subject subject, StoredDirections stored, PromptSet all, PromptSet part) {
    EncodedPrompts encoded = data.encode(part, subject);
    PromptSet forTokens = data.whole() ? part : all.in(Split.TRAIN).atMost(USUAL_PROMPTS);
    RefusalTokens found = tokens.find(subject, data.encode(forTokens, subject), context);
    CandidateScorer scorer =
        new CandidateScorer(
            subject.loaded().model(),
            encoded.tokens(Label.HARMFUL),
            encoded.tokens(Label.HARMLESS),
            found.ids());
    SelectionFilters bounds =
        new SelectionFilters(
            maxKl,
            relaxedKl,
            SelectionFilters.PUBLISHED.layerShare(),
            SelectionFilters.PUBLISHED.minInduce());
    DirectionSelection selection = new DirectionSelection(stored.candidates(), scorer, bounds);
    List<Candidate> wanted = wanted(selection, subject);
    try (SelectionJournal journal = SelectionJournal.open(journal(), key(subject, part, found))) {
      SelectionResult result =
          WorkProgress.run(
              context,
              new WorkProgress.Task("selection", "candidates", wanted.size()),
              progress -> selection.select(wanted, journal, progress));
      return new SelectionReport(result, found, part, data.partName(Split.VALIDATION), selection);
    }
  }

  /// Everything that a score depends on.
  private String key(Subject subject, PromptSet part, RefusalTokens found) {
    return String.join(
        "\n",
        subject.fingerprint().toString(),
        subject.loaded().dtype(),
        Hashes.ofFile(directions),
        part.sha256(),
        found.ids().toString());
  }

  private Path journal() {
    String name = out.getFileName().toString().replaceFirst("\\.safetensors$", "");
    return out.resolveSibling(name + ".candidates.jsonl");
  }

  private List<Candidate> wanted(DirectionSelection selection, Subject subject) {
    List<Integer> chosen =
        layers == null ? List.of() : LayerRange.parse(layers, subject.fingerprint().nLayers());
    List<Integer> offsets = new ArrayList<>();
    if (positions != null) {
      if (!OFFSETS.matcher(positions).matches()) {
        throw CliException.usage(
            "--positions takes places counted from the end, as in -1,-2; got \"%s\""
                .formatted(positions));
      }
      for (String text : positions.split(",", -1)) {
        offsets.add(Integer.parseInt(text));
      }
    }
    List<Candidate> wanted =
        selection.candidates().stream()
            .filter(one -> chosen.isEmpty() || chosen.contains(one.layer()))
            .filter(one -> offsets.isEmpty() || offsets.contains(one.position()))
            .toList();
    if (wanted.isEmpty()) {
      throw CliException.usage(
          "no candidate is at --positions %s: the template has %d tokens after the user's text"
              .formatted(positions, -selection.candidates().getFirst().position()));
    }
    return wanted;
  }

  private void write(Subject subject, SelectionReport report) {
    Candidate chosen = report.result().selected().orElseThrow();
    CandidateScores scores = report.result().selectedScores().orElseThrow();
    float[] vector = report.selection().vector(chosen);
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    vectors.put(StoredDirections.REFUSAL, DirectionFile.Vectors.of(vector));
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("kind", "selection");
    facts.put("modelName", subject.loaded().location().name());
    facts.put("architecture", subject.loaded().model().architecture().modelType());
    facts.put("dtype", subject.loaded().dtype());
    facts.put("demur", Version.number());
    facts.put("position", (long) chosen.position());
    facts.put("layer", (long) chosen.layer());
    facts.put("scores", SelectionReport.document(scores));
    facts.putAll(report.facts());
    facts.put("seed", data.seed());
    DirectionFileJson.write(new DirectionFile(subject.fingerprint(), vectors, facts), out);
    if (controlVector != null) {
      SequencedMap<Integer, float[]> rows = new TreeMap<>();
      rows.put(chosen.layer(), vector);
      ControlVectors.write(
          controlVector, subject.loaded().model().architecture().modelType(), rows);
    }
  }
}
