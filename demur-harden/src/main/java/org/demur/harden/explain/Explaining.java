package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.demur.attacks.Request;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.demur.data.store.RowLog;
import org.demur.directions.RefusalTokens;
import org.demur.eval.judge.ReplyJudge;
import org.demur.harden.AttackPrompts;
import org.demur.harden.HardeningProgress;
import org.demur.harden.RefusalBeginnings;
import org.demur.harden.StageTimes;
import org.demur.model.LanguageModel;
import org.demur.model.ModelIdentity;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.report.Costs;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReport.Causality;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.report.ExplanationReport.WorstCase;
import org.demur.report.ExplanationReportJson;

/// Explains every state of a finished hardening: analyses A1 to A5.
///
/// A state that is finished lies in a journal in the run's folder and is not measured again while
/// settings, model and adapter stay the same.
///
/// **Source.** Yu et al. 2024.
public final class Explaining {
  private static final String JOURNAL = "explain.jsonl";

  /// Changes whenever figures of an older journal are not comparable any more.
  private static final String VERSION = "1";

  private static final String STATE = "state";
  private static final int STAGES = 6;

  private static final List<String> LIMITS =
      List.of(
          "Few requests: intervals are wide, and those of ratios most of all. They resample the requests and take the directions as given.",
          "The attack is a set of mild texts around the request; optimised attacks may move prompts elsewhere.",
          "The worst perturbation comes from a few steps of gradient descent: a lower bound of the true worst case.",
          "Log-odds of the first token are no judged replies, and the tokens that refusals begin with differ between states.",
          "Directions come from each state's own activations: how long u is cannot be compared between states.");

  private final Speaker speaker;
  private final FinishedRun run;
  private final ExplainSettings settings;
  private final HardeningProgress progress;
  private final ReplyJudge judge = ReplyJudge.shipped();

  /// Prepares the analyses; nothing is computed yet.
  ///
  /// @param speaker the model of the run, without adapters; theirs are loaded here
  /// @param progress is told of every stage of every state
  public Explaining(
      Speaker speaker, FinishedRun run, ExplainSettings settings, HardeningProgress progress) {
    this.speaker = speaker;
    this.run = run;
    this.settings = settings;
    this.progress = progress;
  }

  /// Measures what is not in the journal yet.
  ///
  /// @throws org.demur.core.DemurException with `ADAPTER` when an adapter of the run is damaged or
  ///   belongs to another model
  public ExplanationReport run() {
    run.requireAdapters();
    LanguageModel model = speaker.model();
    // all of them first: a damaged one is better found before minutes of work
    run.states()
        .forEach(
            state -> state.adapter().ifPresent(path -> model.adapters().load(name(state), path)));
    AttackPrompts given = AttackPrompts.builtIn(run.profile());
    ExplainPrompts prompts = ExplainPrompts.of(speaker, given, settings);
    StageTimes times = new StageTimes(model);
    List<ExplainedState> states = new ArrayList<>();
    try (RowLog log = RowLog.open(run.file(JOURNAL))) {
      for (FinishedRun.State state : run.states()) {
        states.add(explained(state, given, prompts, log, times));
      }
    }
    return report(states, prompts, times.costs(List.of()));
  }

  private static String name(FinishedRun.State state) {
    return "state " + state.key();
  }

  private ExplainedState explained(
      FinishedRun.State state,
      AttackPrompts given,
      ExplainPrompts prompts,
      RowLog log,
      StageTimes times) {
    String id = id(state);
    Optional<String> known =
        log.row(id).map(row -> row.get(STATE) instanceof String json ? json : "");
    if (known.isPresent()) {
      return ExplanationReportJson.readState(known.get(), run.file(JOURNAL).toString());
    }
    speaker
        .model()
        .adapters()
        .activate(state.adapter().isPresent() ? List.of(name(state)) : List.of());
    ExplainedState measured =
        measured(
            state,
            given,
            prompts,
            (stage, done, total) -> {
              times.at(state.name() + ": " + stage, done, total);
              progress.at(state.name() + ": " + stage, done, total);
            });
    log.append(id, Map.of(STATE, ExplanationReportJson.writeState(measured)));
    return measured;
  }

  private String id(FinishedRun.State state) {
    String from =
        String.join(
            "\n",
            VERSION,
            run.modelHash(),
            run.dtype(),
            run.profile().label(),
            settings.byName().toString(),
            state.adapter().map(ModelIdentity::hash).orElse("no adapter"));
    return state.key() + "/" + Hashes.ofText(from);
  }

  private ExplainedState measured(
      FinishedRun.State state,
      AttackPrompts given,
      ExplainPrompts prompts,
      HardeningProgress stages) {
    LanguageModel model = speaker.model();
    Summaries summaries = new Summaries(settings.seed());
    SplittableRandom random = new SplittableRandom(settings.seed());
    stages.at("refusal tokens", 0, STAGES);
    RefusalTokens tokens = RefusalBeginnings.of(speaker, given, judge);
    stages.at("directions", 1, STAGES);
    LayerDirections directions = directions(prompts, tokens);
    int layer =
        directions.mostTelling(
            Readings.of(model, prompts.validationHarmful(), tokens),
            Readings.of(model, prompts.validationEveryday(), tokens));
    stages.at("test prompts, plain and attacked", 2, STAGES);
    Geometry geometry = geometry(directions, prompts, tokens, summaries);
    stages.at("ablating and restoring", 3, STAGES);
    Causality causality =
        new CausalEdits(model, tokens, directions, prompts, summaries)
            .run(
                geometry.harmful().logOdds(),
                geometry.attacked().logOdds(),
                geometry.benign().logOdds(),
                random.split());
    stages.at("worst perturbations", 4, STAGES);
    List<WorstCase> worst = worst(tokens, directions, prompts, geometry.harmful(), layer);
    stages.at("harmless text", 5, STAGES);
    HarmlessCost cost = new HarmlessText(model, replies(given)).run(directions, summaries);
    return new ExplainedState(
        state.key(),
        state.name(),
        tokens.pieces(),
        layer,
        geometry.layers(),
        geometry.movement(layer),
        geometry.picture(layer),
        geometry.shift(layer, settings.randomDirections(), random.split()),
        causality,
        worst,
        cost);
  }

  private LayerDirections directions(ExplainPrompts prompts, RefusalTokens tokens) {
    return new LayerDirections(
        Readings.of(speaker.model(), prompts.trainHarmful(), tokens),
        Readings.of(speaker.model(), prompts.trainEveryday(), tokens));
  }

  private Geometry geometry(
      LayerDirections directions,
      ExplainPrompts prompts,
      RefusalTokens tokens,
      Summaries summaries) {
    LanguageModel model = speaker.model();
    return new Geometry(
        directions,
        prompts,
        Readings.of(model, prompts.everyday(), tokens),
        Readings.of(model, prompts.twins(), tokens),
        Readings.of(model, prompts.harmful(), tokens),
        Readings.of(model, prompts.attacked(), tokens),
        Readings.of(model, prompts.benign(), tokens),
        summaries);
  }

  private List<WorstCase> worst(
      RefusalTokens tokens,
      LayerDirections directions,
      ExplainPrompts prompts,
      Readings harmful,
      int layer) {
    int count = Math.min(settings.worstRequests(), prompts.harmful().size());
    return new WorstPerturbation(
            new RefusalGradient(speaker.model(), tokens.ids()),
            directions,
            new Summaries(settings.seed()),
            settings.worstSteps())
        .run(
            prompts.harmful().subList(0, count),
            harmful,
            directions.around(layer, settings.worstLayers()));
  }

  /// Everyday test requests with the replies that the model before gave to them.
  private List<Prompt> replies(AttackPrompts given) {
    int vocabulary = speaker.model().architecture().dimensions().vocabularySize();
    List<Prompt> rows = new ArrayList<>();
    for (Request request : given.everyday()) {
      run.reply(request.id())
          .ifPresent(
              ids -> {
                for (int id : ids) {
                  if (id >= vocabulary) {
                    throw new ExplainException(
                        ErrorCode.FILE_FORMAT,
                        "%s has a reply with token %d, but the model has tokens 0 to %d"
                            .formatted(run.path(), id, vocabulary - 1));
                  }
                }
                rows.add(speaker.question(request.text()).followedBy(ids));
              });
    }
    return rows;
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>(LIMITS);
    if (run.ownData()) {
      limits.addFirst(
          "The run was trained and attacked with a user's rows; these analyses use Demur's own prompts.");
    }
    return limits;
  }

  private ExplanationReport report(
      List<ExplainedState> states, ExplainPrompts prompts, Costs taken) {
    int each =
        prompts.trainHarmful().size()
            + prompts.trainEveryday().size()
            + prompts.harmful().size()
            + prompts.twins().size()
            + prompts.everyday().size()
            + prompts.attacked().size()
            + prompts.benign().size();
    Costs costs =
        new Costs(
            each * states.size(),
            taken.tokens(),
            taken.forwardPasses(),
            taken.backwardPasses(),
            taken.generatedTokens(),
            taken.stages(),
            taken.peakMemoryBytes());
    Map<String, String> sizes = new LinkedHashMap<>(settings.byName());
    sizes.put("harmful test requests", "" + prompts.harmful().size());
    sizes.put("attacked prompts", "" + prompts.attacked().size());
    sizes.put("everyday test requests", "" + prompts.everyday().size());
    return new ExplanationReport(
        ExplanationReport.SCHEMA_VERSION,
        run.created(),
        run.path().toString(),
        run.model(),
        run.profile().label(),
        settings.seed(),
        sizes,
        Findings.of(states),
        states,
        costs,
        limits());
  }
}
