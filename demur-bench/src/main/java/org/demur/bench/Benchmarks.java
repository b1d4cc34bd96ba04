package org.demur.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.directions.ModelFingerprint;
import org.demur.directions.ResidualReader;
import org.demur.directions.ResidualRow;
import org.demur.directions.Spots;
import org.demur.guard.CentroidSet;
import org.demur.guard.GuardSettings;
import org.demur.guard.LatentGuard;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.config.Dimensions;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;

/// Measures a model: what a study would call, on rows of [BenchTokens].
///
/// What a run gives stays in native memory, as it does in the programs that it is compared with;
/// only [BenchCase#EXTRACT_RAGGED], [BenchCase#PROMPTS] and the chat cases hand numbers to Java, as
/// studies do.
public final class Benchmarks {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;
  private static final double COEFFICIENT = 0.01;

  private final LanguageModel model;
  private final Set<Integer> endOfSequence;
  private final Dimensions sizes;

  /// Makes the benchmarks of a model with the adapters that are on.
  ///
  /// @param endOfSequence tokens that decoding must not choose, so that it never ends early
  public Benchmarks(LanguageModel model, Set<Integer> endOfSequence) {
    this.model = model;
    this.endOfSequence = Set.copyOf(endOfSequence);
    this.sizes = model.architecture().dimensions();
  }

  /// Runs a request: warm-ups, then the measured runs.
  ///
  /// @throws BenchException with [ErrorCode#USAGE] for a layer that the model does not have
  /// @throws org.demur.model.config.ModelException with [ErrorCode#CONTEXT_LENGTH] when the rows do
  ///   not fit
  public Measurement measure(BenchRequest request) {
    return measure(request, warmupSeconds -> request.repeats());
  }

  /// Runs a request as often as fits into a time: at least twice, or once where a single run takes
  /// longer than that.
  ///
  /// @param most most measured runs
  Measurement measureWithin(BenchRequest request, double seconds, int most) {
    return measure(request, warmupMillis -> runsWithin(seconds, warmupMillis, most));
  }

  /// Runs that fit into a time when one takes `millis`.
  static int runsWithin(double seconds, int millis, int most) {
    double fitting = seconds * MILLIS / Math.max(1, millis);
    return fitting < 1 ? 1 : Math.clamp((long) fitting, 2, most);
  }

  /// Type of the model's weights.
  DType type() {
    return model.type();
  }

  private Measurement measure(BenchRequest request, IntUnaryOperator repeats) {
    ResidentMemory.forgetPeak();
    try (Job job = job(request)) {
      return measure(request, job, repeats);
    }
  }

  private static Measurement measure(BenchRequest request, Job job, IntUnaryOperator repeats) {
    BenchOutputs outputs = BenchOutputs.NONE;
    if (request.check()) {
      outputs = job.run(true);
    }
    double last = 0;
    for (int run = 0; run < request.warmups(); run++) {
      last = timed(job);
    }
    int wanted = repeats.applyAsInt((int) (last * MILLIS));
    List<Double> seconds = new ArrayList<>();
    for (int run = 0; run < wanted; run++) {
      seconds.add(timed(job));
    }
    return new Measurement(
        request, seconds, job.tokens(), job.work(), ResidentMemory.peak(), outputs);
  }

  private static double timed(Job job) {
    long start = System.nanoTime();
    job.run(false);
    return (System.nanoTime() - start) / NANOS;
  }

  /// What is run.
  private interface Action {
    BenchOutputs run(boolean check);
  }

  /// What is run and what it amounts to.
  ///
  /// @param end frees what the runs share
  private record Job(Action action, long tokens, Work work, Runnable end) implements AutoCloseable {
    Job(Action action, long tokens, Work work) {
      this(action, tokens, work, () -> {});
    }

    BenchOutputs run(boolean check) {
      return action.run(check);
    }

    @Override
    public void close() {
      end.run();
    }
  }

  private Job job(BenchRequest request) {
    int vocabulary = sizes.vocabularySize();
    List<Prompt> rows =
        BenchTokens.rows(
            request.kind() == BenchCase.EXTRACT_RAGGED ? 1 : request.batch(),
            request.tokens(),
            vocabulary);
    int last = sizes.nLayers() - 1;
    List<HookPoint> end = List.of(HookPoint.of(HookSite.RESID_POST, last));
    ForwardRequest plain = ForwardRequest.captureOnly(end, Positions.LAST_PROMPT);
    return switch (request.kind()) {
      case PLAIN -> pass(rows, plain, end, 0);
      case EXTRACT ->
          pass(
              rows,
              ForwardRequest.captureOnly(points(last), Positions.LAST_PROMPT),
              points(last),
              0);
      case EXTRACT_LOGITS ->
          pass(
              rows,
              ForwardRequest.logitsAt(Positions.ALL).capturing(points(last), Positions.LAST_PROMPT),
              points(last),
              total(rows));
      case EXTRACT_STOP -> stop(rows, request);
      case EXTRACT_RAGGED -> read(BenchTokens.ragged(request.batch(), vocabulary));
      case PROMPTS -> read(rows);
      case EDIT_ADD ->
          pass(
              rows,
              plain.with(
                  Plan.of(
                      new Intervention.ActivationAddition(everyBlock(), vector(), COEFFICIENT))),
              end,
              0);
      case EDIT_ABLATE ->
          pass(
              rows,
              plain.with(Plan.of(new Intervention.DirectionalAblation(everyBlock(), vector()))),
              end,
              0);
      case PREFILL ->
          pass(rows, ForwardRequest.logitsAt(Positions.LAST_PROMPT), List.of(), rows.size());
      case DECODE -> decode(rows, request.newTokens());
      case CHAT -> chat(request, Optional.empty());
      case CHAT_GUARD -> chat(request, Optional.of(guard()));
      case TRAIN -> train(rows);
    };
  }

  private Job train(List<Prompt> rows) {
    TrainingSteps steps = new TrainingSteps(model, rows);
    return new Job(
        check -> {
          double loss = steps.step();
          return check ? BenchOutputs.ofLoss(loss) : BenchOutputs.NONE;
        },
        total(rows),
        Work.ofTraining(
            model.architecture(), model.type(), lengths(rows), TrainingSteps.learnt(rows)),
        steps::close);
  }

  private static Target everyBlock() {
    return Target.everywhere(HookSite.RESID_PRE);
  }

  /// A vector without meaning whose elements are all different.
  private LayerVectors vector() {
    float[] values = new float[sizes.dModel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + 1.0);
    }
    return LayerVectors.same(values);
  }

  /// The input of blocks 0 to `last`, and the output of `last`.
  private static List<HookPoint> points(int last) {
    List<HookPoint> points = new ArrayList<>(HookPoint.inAllBlocks(HookSite.RESID_PRE, last + 1));
    points.add(HookPoint.of(HookSite.RESID_POST, last));
    return points;
  }

  private Job stop(List<Prompt> rows, BenchRequest request) {
    int last =
        request
            .layer()
            .orElseThrow(
                () ->
                    new BenchException(
                        ErrorCode.USAGE, "a case that stops early needs the layer to stop after"));
    if (last < 0 || last >= sizes.nLayers()) {
      throw new BenchException(
          ErrorCode.USAGE,
          "cannot stop after layer %d: the model has layers 0 to %d"
              .formatted(last, sizes.nLayers() - 1));
    }
    List<HookPoint> points = points(last);
    return pass(
        rows,
        ForwardRequest.captureOnly(points, Positions.LAST_PROMPT).stoppingAfter(last),
        points,
        0);
  }

  private Job pass(
      List<Prompt> rows, ForwardRequest request, List<HookPoint> points, long headTokens) {
    int blocks = request.stopAfterLayer().orElse(sizes.nLayers() - 1) + 1;
    boolean allRead = headTokens == total(rows);
    return new Job(
        check -> {
          try (ForwardResult result = model.forward(rows, request)) {
            return check ? outputs(result, rows.size() - 1, points, headTokens) : BenchOutputs.NONE;
          }
        },
        total(rows),
        allRead
            ? Work.ofPass(model.architecture(), model.type(), lengths(rows), blocks, headTokens)
            : Work.ofReading(
                model.architecture(), model.type(), lengths(rows), blocks, headTokens));
  }

  private static BenchOutputs outputs(
      ForwardResult result, int row, List<HookPoint> points, long headTokens) {
    try (Scope scope = Scope.open()) {
      List<float[]> residuals =
          points.stream().map(point -> result.activations().row(point, row).toFloats()).toList();
      float[] logits = {};
      if (headTokens > 0) {
        logits = result.lastLogits().select(0, row).toFloats();
      }
      return BenchOutputs.ofResiduals(residuals, logits);
    }
  }

  /// Reads prompts batch by batch as a study does; the last prompt is compared.
  private Job read(List<Prompt> rows) {
    ResidualReader reader = new ResidualReader(model);
    return new Job(
        check -> {
          List<float[]> kept = new ArrayList<>();
          reader.read(
              rows,
              Spots.LAST,
              (index, residuals, logits) -> {
                if (check && index == rows.size() - 1) {
                  kept.addAll(split(residuals));
                }
              });
          return check ? BenchOutputs.ofResiduals(kept, new float[0]) : BenchOutputs.NONE;
        },
        total(rows),
        Work.ofReading(model.architecture(), model.type(), lengths(rows), sizes.nLayers(), 0));
  }

  private static List<float[]> split(ResidualRow residuals) {
    return IntStream.range(0, residuals.rows())
        .mapToObj(
            row ->
                java.util.Arrays.copyOfRange(
                    residuals.values(), residuals.offset(0, row), residuals.offset(0, row + 1)))
        .toList();
  }

  private Job decode(List<Prompt> rows, int newTokens) {
    GenerationRequest request =
        GenerationRequest.greedy(newTokens, Set.of()).suppressing(endOfSequence);
    Generator generator = new Generator(model, Optional.empty());
    return new Job(
        check -> {
          Generated generated = generator.generate(rows, request);
          return check
              ? BenchOutputs.ofGreedy(generated.rows().stream().map(Generated.Answer::ids).toList())
              : BenchOutputs.NONE;
        },
        (long) newTokens * rows.size(),
        Work.ofDecoding(
            model.architecture(), model.type(), rows.size(), rows.getFirst().length(), newTokens));
  }

  private Job chat(BenchRequest request, Optional<LatentGuard> guard) {
    List<Prompt> rows =
        BenchTokens.chats(request.batch(), request.tokens(), sizes.vocabularySize());
    ResidualReader reader = new ResidualReader(model);
    return new Job(
        check -> {
          if (guard.isPresent()) {
            reader.read(
                rows,
                Spots.T_INST,
                Plan.NONE,
                true,
                (index, residuals, logits) -> guard.get().score(residuals, 0));
          } else {
            reader.lastLogits(rows, Plan.NONE, (index, logits) -> {});
          }
          return BenchOutputs.NONE;
        },
        total(rows),
        Work.ofReading(
            model.architecture(), model.type(), lengths(rows), sizes.nLayers(), rows.size()));
  }

  /// A guard of two made-up prompts: what it says means nothing, what it costs is the same.
  private LatentGuard guard() {
    ModelFingerprint fingerprint =
        new ModelFingerprint(
            "benchmark", Optional.empty(), Optional.empty(), sizes.dModel(), sizes.nLayers());
    CentroidSet centroids = new CentroidSet(fingerprint);
    float[] harmful = new float[(sizes.nLayers() + 1) * sizes.dModel()];
    float[] harmless = new float[harmful.length];
    for (int i = 0; i < harmful.length; i++) {
      harmful[i] = (float) Math.sin(i + 1.0);
      harmless[i] = (float) Math.cos(i + 1.0);
    }
    centroids.addPositive(residuals(harmful), null);
    centroids.addNegative(residuals(harmless));
    return new LatentGuard(centroids, GuardSettings.PUBLISHED);
  }

  private ResidualRow residuals(float... values) {
    return new ResidualRow(1, sizes.nLayers() + 1, sizes.dModel(), values);
  }

  private static List<Integer> lengths(List<Prompt> rows) {
    return rows.stream().map(Prompt::length).toList();
  }

  private static long total(List<Prompt> rows) {
    return rows.stream().mapToLong(Prompt::length).sum();
  }
}
