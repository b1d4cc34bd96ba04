package org.demur.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.demur.data.store.ParquetRows;
import org.demur.data.store.RowLog;
import org.demur.data.store.RunFolder;
import org.demur.directions.Candidate;
import org.demur.directions.DirectionFile;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.DirectionTable;
import org.demur.directions.RefusalTokens;
import org.demur.directions.SelectionResult;
import org.demur.eval.judge.JudgeError;
import org.demur.guard.GuardFile;
import org.demur.guard.GuardFileJson;
import org.demur.guard.GuardSettings;
import org.demur.guard.LatentGuard;
import org.demur.guard.ThresholdCalibration;
import org.demur.model.Usage;
import org.demur.model.intervention.Plan;
import org.demur.report.AuditReport;
import org.demur.report.AuditReportJson;
import org.demur.report.BehaviourSection;
import org.demur.report.Costs;
import org.demur.report.DirectionsSection;
import org.demur.report.FragilitySection;
import org.demur.report.GuardSection;
import org.demur.report.PcaPlot;
import org.demur.report.Provenance;
import org.demur.report.RunSection;
import org.demur.report.TokenSection;
import org.demur.report.page.HtmlReport;
import org.demur.report.page.RenderOptions;
import org.demur.stats.Bootstrap;

/// Runs an audit from the first prompt to the report.
///
/// The order: replies to the train prompts, one pass over the train prompts (centroids and
/// candidate directions), one over the validation prompts (thresholds), one over the test prompts
/// (scores), replies to the test prompts, selection of the refusal direction, interventions, token
/// weights. Replies and scores of candidates are on disk as soon as they are known, and an
/// interrupted run that goes on does not repeat them.
public final class Audit {
  /// What run folders of audits are marked with.
  public static final String KIND = "audit";

  private static final int TRAIN_REPLY_TOKENS = 16;

  private final AuditRequest request;
  private final AuditedModel subject;
  private final AuditSettings settings;
  private final RunFolder folder;
  private final AuditProgress progress;
  private final Stopwatch watch = new Stopwatch();
  private final List<String> warnings;

  /// Prepares an audit.
  ///
  /// @param folder where everything is written
  /// @param progress is told how far it has come
  public Audit(AuditRequest request, RunFolder folder, AuditProgress progress) {
    this.request = request;
    this.subject = request.subject();
    this.settings = request.settings();
    this.folder = folder;
    this.progress = progress;
    this.warnings = new ArrayList<>(request.warnings());
  }

  /// Runs it and writes `report.json`, `report.html`, `results.parquet`, `guard.safetensors` and
  /// `directions.safetensors` with their sidecars.
  ///
  /// @throws AuditException for prompts that do not fit the model
  /// @throws org.demur.core.DemurException for data of one kind only, a full disk, and the like
  public AuditReport run() {
    Usage before = subject.model().usage();
    Cases cases = Cases.of(request.prompts(), subject, settings);
    try (RowLog log = RowLog.open(folder.file("journal.jsonl"))) {
      Replies replies = new Replies(subject, request.judge(), log, settings.keepReplies());
      Measurements found = measure(cases, replies, log);
      return write(cases, found, replies, before);
    }
  }

  /// Everything that was measured.
  private record Measurements(
      TrainPass train,
      RefusalTokens tokens,
      ScoredCases validation,
      ThresholdCalibration calibration,
      ScoredCases test,
      List<JudgedReply> replies,
      SelectionResult selection,
      Chosen chosen,
      List<FragilityStage.Outcome> fragility,
      TokenSection weights,
      int shownLayer) {}

  /// The direction that interventions use.
  private record Chosen(float[] vector, int position, int layer) {}

  private Measurements measure(Cases cases, Replies replies, RowLog log) {
    List<JudgedReply> trainReplies =
        replies("replies to train prompts", "train", cases.train(), replies, TRAIN_REPLY_TOKENS);
    TrainPass train =
        stage("hidden states, train", () -> TrainPass.run(subject, cases, trainReplies));
    RefusalTokens tokens = train.refusalTokens(subject);
    noteTrain(train, tokens);
    ScoredCases.Yardsticks yardsticks = yardsticks(train, tokens);
    ScoredCases validation =
        stage(
            "hidden states, validation",
            () -> ScoredCases.run(subject, cases.validation(), yardsticks, OptionalInt.empty()));
    int shown = bestLayer(validation.separationAtTInst());
    ScoredCases test =
        stage(
            "hidden states, test",
            () -> ScoredCases.run(subject, cases.test(), yardsticks, OptionalInt.of(shown)));
    List<JudgedReply> testReplies =
        replies(
            "replies to test prompts",
            "test",
            cases.test(),
            replies,
            settings.profile().sizes().maxNewTokens());
    SelectionStage selecting = new SelectionStage(
            subject, cases, train.candidates(), tokens, log, settings.profile());
    SelectionResult selection = stage("selection of a direction", () -> select(selecting));
    Chosen chosen = chosen(train, selection);
    Profile.Depth depth = settings.profile().depth();
    List<FragilityStage.Outcome> fragility =
        stage(
            "fragility",
            () ->
                new FragilityStage(subject, cases, settings.profile(), tokens, replies)
                    .run(
                        FragilityStage.interventions(
                            chosen.vector(), chosen.layer(), settings.seed()),
                        test,
                        testReplies,
                        done -> progress.at("fragility", done, 4)));
    TokenSection weights =
        stage(
            "token weights",
            () ->
                new TokenWeights(subject, tokens)
                    .run(
                        test,
                        depth.heatMaps(),
                        done -> progress.at("token weights", done, depth.heatMaps())));
    ThresholdCalibration calibration =
        ThresholdCalibration.of(validation.harmfulness(false), settings.falsePositiveRate());
    return new Measurements(
        train,
        tokens,
        validation,
        calibration,
        test,
        testReplies,
        selection,
        chosen,
        fragility,
        weights,
        shown);
  }

  private <T> T stage(String name, Supplier<T> work) {
    progress.at(name, 0, 1);
    return watch.time(name, work);
  }

  private List<JudgedReply> replies(
      String name, String key, List<PromptCase> cases, Replies replies, int maxNewTokens) {
    return stage(
        name,
        () ->
            replies.of(
                key,
                cases,
                Plan.NONE,
                maxNewTokens,
                done -> progress.at(name, done, cases.size())));
  }

  private SelectionResult select(SelectionStage selecting) {
    return selecting.run((done, total) -> progress.at("selection of a direction", done, total));
  }

  private ScoredCases.Yardsticks yardsticks(TrainPass train, RefusalTokens tokens) {
    DirectionTable candidates = train.candidates();
    DirectionTable last =
        new DirectionTable(1, candidates.rows(), candidates.dModel(), lastSpot(candidates));
    return new ScoredCases.Yardsticks(
        new LatentGuard(train.harmfulness(), GuardSettings.PUBLISHED),
        DirectionsBuilder.enoughRefusals(train)
            ? new LatentGuard(train.refusal(), GuardSettings.PUBLISHED)
            : null,
        train.harmfulness().direction(),
        last,
        tokens);
  }

  private static double[] lastSpot(DirectionTable candidates) {
    int size = candidates.rows() * candidates.dModel();
    double[] part = new double[size];
    System.arraycopy(candidates.values(), (candidates.spots() - 1) * size, part, 0, size);
    return part;
  }

  /// The layer at which harmful and harmless validation prompts are told apart best; of equal ones
  /// the first, but never the embedding.
  private static int bestLayer(double... separation) {
    int best = 1;
    for (int layer = 1; layer < separation.length - 1; layer++) {
      best = separation[layer] > separation[best] ? layer : best;
    }
    return best;
  }

  private void noteTrain(TrainPass train, RefusalTokens tokens) {
    if (!tokens.derived()) {
      warnings.add(
          "Too few refusals of train prompts to derive the refusal tokens from the model's own"
              + " replies; the first tokens of \"I\" and \"Sorry\" stand in for them.");
    }
    if (!train.candidatesAreFiltered()) {
      warnings.add(
          "Candidate directions are made of all train prompts: fewer than "
              + TrainPass.FEWEST
              + " harmful ones were declined, or harmless ones answered.");
    }
    if (!DirectionsBuilder.enoughRefusals(train)) {
      warnings.add(
          "Too few refusals for a refusal direction by behaviour (%d declined, %d answered; %d of each are needed)."
              .formatted(
                  train.refusal().positive().count(),
                  train.refusal().negative().count(),
                  DirectionsBuilder.FEWEST_PER_CELL));
    }
  }

  private Chosen chosen(TrainPass train, SelectionResult selection) {
    int nLayers = subject.fingerprint().nLayers();
    Candidate candidate = selection.selected().orElse(new Candidate(-1, nLayers / 2));
    if (selection.selected().isEmpty()) {
      warnings.add(
          "No candidate direction passed the filters (%s); interventions use the difference in means"
                  .formatted(selection.discarded())
              + " of the middle layer.");
    } else if (selection.relaxed()) {
      warnings.add(
          "No candidate direction kept the KL bound of 0.1 nats; the relaxed bound of 0.3 was used.");
    }
    DirectionTable candidates = train.candidates();
    return new Chosen(
        candidates.vector(candidates.spots() + candidate.position(), candidate.layer()),
        candidate.position(),
        candidate.layer());
  }

  private AuditReport write(Cases cases, Measurements found, Replies replies, Usage before) {
    AuditReport report = watch.time("statistics", () -> report(cases, found, replies, before));
    report = withStages(report);
    ParquetRows.write(
        folder.file("results.parquet"),
        ResultRows.COLUMNS,
        ResultRows.of(found.test(), found.replies(), found.calibration().threshold()));
    writeArtefacts(found);
    AuditReportJson.write(report, folder.file("report.json"));
    HtmlReport.write(report, new RenderOptions(settings.keepReplies()), folder.file("report.html"));
    return report;
  }

  private AuditReport report(Cases cases, Measurements found, Replies replies, Usage before) {
    long seed = settings.seed();
    BehaviourBuilder behaviours = new BehaviourBuilder(found.test(), found.replies(), seed);
    BehaviourSection behaviour = behaviours.behaviour(request.judge(), JudgeError.shipped());
    GuardBuilder guards =
        new GuardBuilder(
            cases,
            found.validation(),
            found.test(),
            found.replies(),
            found.calibration(),
            Bootstrap.standard(seed));
    GuardSection guard = guards.build();
    DirectionsBuilder directions =
        new DirectionsBuilder(
            found.train(), found.test(), positions(), subject.fingerprint().nLayers());
    DirectionsSection section = directions.build(found.selection(), found.shownLayer());
    FragilitySection fragility = new FragilityBuilder(found.fragility(), seed).build();
    List<PcaPlot> plots = directions.plots(found.shownLayer(), found.replies());
    return new AuditReport(
        AuditReport.SCHEMA_VERSION,
        run(cases, replies, before),
        new VerdictBuilder(behaviour, guard, fragility).build(),
        behaviour,
        behaviours.belief(),
        guard,
        section,
        plots,
        found.weights(),
        fragility,
        Limits.of(cases, settings),
        warnings,
        behaviours.samples());
  }

  private List<String> positions() {
    return settings.plain()
        ? List.of("last")
        : subject.encoder().postInstruction().pieces().isEmpty()
            ? List.of("last")
            : subject.encoder().postInstruction().pieces();
  }

  private RunSection run(Cases cases, Replies replies, Usage before) {
    Usage usage = subject.model().usage().since(before);
    Map<String, Integer> counts = new LinkedHashMap<>();
    count(counts, "train", cases.train());
    count(counts, "validation", cases.validation());
    count(counts, "test", cases.test());
    Provenance provenance =
        new Provenance(
            subject.artefact(),
            subject.adapter(),
            subject.fingerprint().templateHash(),
            List.of(new Provenance.DataSet(cases.set().name(), cases.set().sha256(), counts)),
            subject.environment(),
            subject.certificate());
    int prompts = cases.train().size() + cases.validation().size() + cases.test().size();
    Costs costs =
        new Costs(
            prompts,
            usage.tokens(),
            usage.forwardPasses(),
            usage.backwardPasses(),
            replies.generatedTokens(),
            watch.stages(),
            watch.peakBytes());
    return new RunSection(
        folder.path().getFileName().toString(),
        folder.created().toString(),
        request.commandLine(),
        settings.profile().label(),
        settings.seed(),
        request.resumedFrom(),
        request.options(),
        provenance,
        costs);
  }

  private static void count(Map<String, Integer> counts, String split, List<PromptCase> cases) {
    counts.put(split + "/harmful", Cases.harmful(cases).size());
    counts.put(split + "/harmless", Cases.harmless(cases).size());
  }

  /// The stages are complete only after the statistics, which are one of them.
  private AuditReport withStages(AuditReport report) {
    RunSection run = report.run();
    Costs costs = run.costs();
    Costs complete =
        new Costs(
            costs.prompts(),
            costs.tokens(),
            costs.forwardPasses(),
            costs.backwardPasses(),
            costs.generatedTokens(),
            watch.stages(),
            watch.peakBytes());
    RunSection timed =
        new RunSection(
            run.id(),
            run.created(),
            run.commandLine(),
            run.profile(),
            run.seed(),
            run.resumedFrom(),
            run.options(),
            run.provenance(),
            complete);
    return new AuditReport(
        report.schemaVersion(),
        timed,
        report.verdict(),
        report.behaviour(),
        report.belief(),
        report.guard(),
        report.directions(),
        report.pca(),
        report.tokens(),
        report.fragility(),
        report.limits(),
        report.warnings(),
        report.replies());
  }

  private void writeArtefacts(Measurements found) {
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("prompts", request.prompts().name());
    facts.put("promptsSha256", request.prompts().sha256());
    facts.put("seed", settings.seed());
    GuardFileJson.write(
        new GuardFile(
            found.train().harmfulness(),
            GuardSettings.PUBLISHED.withThreshold(found.calibration().threshold()),
            Optional.of(found.calibration()),
            facts),
        folder.file("guard.safetensors"));
    writeDirections(found, facts, folder.file("directions.safetensors"));
  }

  private void writeDirections(
      Measurements found, SequencedMap<String, Object> facts, Path target) {
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    vectors.put("refusal", DirectionFile.Vectors.of(found.chosen().vector()));
    int rows = subject.fingerprint().nLayers() + 1;
    vectors.put(
        "harmfulness",
        DirectionFile.Vectors.perRow(rows, found.train().harmfulness().direction().rowsOf(0)));
    SequencedMap<String, Object> all = new LinkedHashMap<>(facts);
    all.put("refusalPosition", (long) found.chosen().position());
    all.put("refusalLayer", (long) found.chosen().layer());
    all.put("refusalTokens", found.tokens().ids());
    DirectionFileJson.write(new DirectionFile(subject.fingerprint(), vectors, all), target);
  }
}
