package org.demur.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.demur.data.store.RowLog;
import org.demur.directions.Candidate;
import org.demur.directions.DirectionTable;
import org.demur.directions.RefusalTokens;
import org.demur.directions.SelectionFilters;
import org.demur.directions.SelectionResult;
import org.demur.guard.GuardSettings;
import org.demur.guard.LatentGuard;
import org.demur.guard.ThresholdCalibration;
import org.demur.model.intervention.Plan;
import org.demur.report.TokenSection;

/// Runs the model, stage by stage.
///
/// The order: replies to some harmful train prompts (how does it begin its refusals), one pass over
/// the train prompts (centroids and candidate directions), one over the validation prompts
/// (thresholds), one over the test prompts (scores), replies to the test prompts, selection of the
/// refusal direction, interventions, token weights.
final class Measuring {
  private static final int TRAIN_REPLY_TOKENS = 16;
  private static final int MOST_TRAIN_REPLIES = 24;
  private static final int INTERVENTIONS = 4;

  private final AuditedModel subject;
  private final AuditSettings settings;
  private final Cases cases;
  private final Replies replies;
  private final RowLog log;
  private final AuditProgress progress;
  private final Stopwatch watch;
  private final List<String> notes = new ArrayList<>();

  Measuring(
      AuditRequest request,
      Cases cases,
      Replies replies,
      RowLog log,
      AuditProgress progress,
      Stopwatch watch) {
    this.subject = request.subject();
    this.settings = request.settings();
    this.cases = cases;
    this.replies = replies;
    this.log = log;
    this.progress = progress;
    this.watch = watch;
  }

  Measurements run() {
    RefusalTokens tokens = refusalTokens();
    TrainPass train = stage("hidden states, train", () -> TrainPass.run(subject, cases, tokens));
    noteTrain(train);
    ScoredCases.Yardsticks yardsticks = yardsticks(train);
    ScoredCases validation =
        scored("hidden states, validation", cases.validation(), yardsticks, OptionalInt.empty());
    int shown = bestLayer(validation.separationAtTInst());
    ScoredCases test =
        scored("hidden states, test", cases.test(), yardsticks, OptionalInt.of(shown));
    List<PromptCase> asked = new ArrayList<>(cases.test());
    asked.addAll(cases.everyday().test());
    List<JudgedReply> all =
        replies(
            "replies to test prompts", "test", asked, settings.profile().sizes().maxNewTokens());
    List<JudgedReply> answers = all.subList(0, cases.test().size());
    List<JudgedReply> everyday = all.subList(cases.test().size(), all.size());
    SelectionResult selection = select(validation, train);
    Measurements.Chosen chosen = chosen(train, selection);
    List<FragilityStage.Outcome> fragility = fragility(tokens, chosen, test, answers);
    return new Measurements(
        train,
        tokens,
        validation,
        ThresholdCalibration.of(validation.harmfulness(false), settings.falsePositiveRate()),
        test,
        answers,
        everyday,
        selection,
        chosen,
        fragility,
        weights(tokens, test),
        shown,
        notes);
  }

  private RefusalTokens refusalTokens() {
    List<PromptCase> harmful = Cases.harmful(cases.train());
    List<PromptCase> asked = harmful.subList(0, Math.min(MOST_TRAIN_REPLIES, harmful.size()));
    List<JudgedReply> answers =
        replies("replies to train prompts", "train", asked, TRAIN_REPLY_TOKENS);
    RefusalTokens tokens =
        stage("refusal tokens", () -> TrainPass.refusalTokens(subject, asked, answers));
    if (!tokens.derived()) {
      notes.add(
          "Too few refusals of train prompts to derive the refusal tokens from the model's own"
              + " replies; the first tokens of \"I\" and \"Sorry\" stand in for them.");
    }
    return tokens;
  }

  private ScoredCases scored(
      String name, List<PromptCase> some, ScoredCases.Yardsticks yardsticks, OptionalInt keep) {
    return stage(name, () -> ScoredCases.run(subject, some, yardsticks, keep));
  }

  private <T> T stage(String name, Supplier<T> work) {
    progress.at(name, 0, 1);
    return watch.time(name, work);
  }

  private List<JudgedReply> replies(
      String name, String key, List<PromptCase> some, int maxNewTokens) {
    return stage(
        name,
        () ->
            replies.of(
                key, some, Plan.NONE, maxNewTokens, done -> progress.at(name, done, some.size())));
  }

  private SelectionResult select(ScoredCases validation, TrainPass train) {
    String name = "selection of a direction";
    SelectionStage selecting =
        new SelectionStage(subject, cases, validation, train, log, settings.profile());
    return stage(name, () -> selecting.run((done, total) -> progress.at(name, done, total)));
  }

  private List<FragilityStage.Outcome> fragility(
      RefusalTokens tokens,
      Measurements.Chosen chosen,
      ScoredCases test,
      List<JudgedReply> answers) {
    FragilityStage fragile =
        new FragilityStage(subject, cases, settings.profile(), tokens, replies);
    return stage(
        "fragility",
        () ->
            fragile.run(
                FragilityStage.interventions(chosen.vector(), chosen.layer(), settings.seed()),
                test,
                answers,
                done -> progress.at("fragility", done, INTERVENTIONS)));
  }

  private TokenSection weights(RefusalTokens tokens, ScoredCases test) {
    int most = settings.profile().depth().heatMaps();
    return stage(
        "token weights",
        () ->
            new TokenWeights(subject, tokens)
                .run(test, most, done -> progress.at("token weights", done, most)));
  }

  private ScoredCases.Yardsticks yardsticks(TrainPass train) {
    return new ScoredCases.Yardsticks(
        new LatentGuard(train.harmfulness(), GuardSettings.PUBLISHED),
        DirectionsBuilder.enoughRefusals(train)
            ? new LatentGuard(train.refusal(), GuardSettings.PUBLISHED)
            : null,
        train.harmfulness().direction(),
        lastSpot(train.candidates()),
        train.tokens());
  }

  private static DirectionTable lastSpot(DirectionTable candidates) {
    int size = candidates.rows() * candidates.dModel();
    double[] part = new double[size];
    System.arraycopy(candidates.values(), (candidates.spots() - 1) * size, part, 0, size);
    return new DirectionTable(1, candidates.rows(), candidates.dModel(), part);
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

  private void noteTrain(TrainPass train) {
    if (!train.candidatesAreFiltered()) {
      notes.add(
          "Candidate directions are made of all harmful train prompts: fewer than "
              + TrainPass.FEWEST
              + " of them are refused.");
    }
    if (!DirectionsBuilder.enoughRefusals(train)) {
      notes.add(
          "Too few refusals for a refusal direction by behaviour (%d refused, %d accepted; %d of each are needed)."
              .formatted(
                  train.refusal().positive().count(),
                  train.refusal().negative().count(),
                  DirectionsBuilder.FEWEST_PER_CELL));
    }
  }

  /// The selected direction; when none passed, the strongest of those that break only the KL bound,
  /// so that fragility is not understated, or else the middle layer.
  private Measurements.Chosen chosen(TrainPass train, SelectionResult selection) {
    int nLayers = subject.fingerprint().nLayers();
    Candidate candidate =
        selection
            .selected()
            .or(() -> strongest(selection, nLayers))
            .orElse(new Candidate(-1, nLayers / 2));
    if (selection.selected().isEmpty()) {
      notes.add(
          "No candidate direction passed the filters (%s); interventions use the one of layer %d, which changes harmless answers more than the bound on KL allows."
              .formatted(counts(selection.discarded()), candidate.layer()));
    } else if (selection.relaxed()) {
      notes.add(
          "No candidate direction kept the KL bound of 0.1 nats; the relaxed bound of 0.3 was used.");
    }
    DirectionTable candidates = train.candidates();
    return new Measurements.Chosen(
        candidates.vector(candidates.spots() + candidate.position(), candidate.layer()),
        candidate.position(),
        candidate.layer());
  }

  private static Optional<Candidate> strongest(SelectionResult selection, int nLayers) {
    SelectionFilters filters = SelectionFilters.PUBLISHED;
    return selection.scores().entrySet().stream()
        .filter(entry -> entry.getValue().finite())
        .filter(entry -> entry.getKey().layer() < filters.layerLimit(nLayers))
        .filter(entry -> entry.getValue().induce() >= filters.minInduce())
        .min(Comparator.comparingDouble(entry -> entry.getValue().bypass()))
        .map(Map.Entry::getKey);
  }

  /// For example `KL > 0.1: 11, induce < 0: 1`.
  private static String counts(Map<String, Integer> discarded) {
    return discarded.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
