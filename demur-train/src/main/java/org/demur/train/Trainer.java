package org.demur.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Speaker;
import org.demur.model.Usage;
import org.demur.tensor.AdamWRule;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.workers.Workers;

/// Trains an adapter, step by step, with checkpoints.
///
/// The same settings, data, model and first factors give the same adapter bit for bit on one
/// machine, however often the run was stopped on the way.
///
/// **Source.** Refusal feature adversarial training (Yu et al. 2024, arXiv 2409.20089).
///
/// **Ownership.** Owns optimiser and moments until it is closed; model and adapter stay with the
/// caller.
public final class Trainer implements AutoCloseable {
  /// What is trained.
  ///
  /// @param model with the adapter on
  /// @param adapter name of the adapter in the model
  /// @param start what the model and the first factors are, for the configuration of checkpoints
  /// @param speaker the same model with its texts, for methods that search texts (`r2d2`)
  public record Subject(
      LanguageModel model, String adapter, String start, Optional<Speaker> speaker) {
    /// What methods need that know only tokens.
    public Subject(LanguageModel model, String adapter, String start) {
      this(model, adapter, start, Optional.empty());
    }

    /// The same for all methods.
    public Subject speaking(Speaker given) {
      return new Subject(model, adapter, start, Optional.of(given));
    }
  }

  /// Where checkpoints go.
  ///
  /// @param file is replaced by each checkpoint in one step
  /// @param every steps between two; the last step always has one
  public record Checkpoints(Path file, int every) {}

  private final Subject subject;
  private final TrainingSettings settings;
  private final Checkpoints checkpoints;
  private final SequencedMap<String, String> configuration;
  private final Method method;
  private final TrainingSession session;
  private final Teamwork team;
  private int steps;
  private int safeSteps;
  private double firstLoss;

  /// Prepares a run; nothing is computed yet.
  ///
  /// @throws TrainException when the data lacks what the method needs
  public Trainer(
      Subject subject, TrainingData data, TrainingSettings settings, Checkpoints checkpoints) {
    this(subject, data, settings, checkpoints, Workers.alone());
  }

  /// Prepares a run that workers share: each of them takes a share of the parts of every step, and
  /// the steps are those of one process with the same parts, up to rounding.
  ///
  /// The run begins with the state of the first worker, which alone writes checkpoints; the others
  /// keep a copy of that state in their file.
  ///
  /// @throws TrainException when the data lacks what the method needs, or with `WORKERS` when the
  ///   workers cannot share a step
  public Trainer(
      Subject subject,
      TrainingData data,
      TrainingSettings settings,
      Checkpoints checkpoints,
      Workers workers) {
    team = new Teamwork(workers);
    team.requireShareable(settings);
    this.subject = subject;
    this.settings = settings;
    this.checkpoints = checkpoints;
    this.configuration = configuration(subject.start(), data, settings);
    LanguageModel model = subject.model();
    method =
        Methods.of(
            new Method.Context(
                subject, data, settings, new RandomStreams(settings.seed()), workers));
    session =
        new TrainingSession(
            model,
            new AdapterOptimiser(model, subject.adapter(), settings.optimiser()),
            settings.arithmetic());
  }

  /// What a finished run was configured with, from its last checkpoint; `now` where there is none.
  ///
  /// @param now what it would be configured with today
  /// @throws TrainException with `RUN_MISMATCH` when it had other data or began with another model
  public static SequencedMap<String, String> configurationOf(
      Path checkpoint, SequencedMap<String, String> now) {
    return Files.exists(checkpoint)
        ? CheckpointFile.configuration(checkpoint, now, Set.of("data", "start"))
        : now;
  }

  /// Everything that decides about the result of a run, by name.
  ///
  /// @param start what the model and the first factors are
  public static SequencedMap<String, String> configuration(
      String start, TrainingData data, TrainingSettings settings) {
    SequencedMap<String, String> map = new LinkedHashMap<>(settings.configuration());
    map.put("start", start);
    map.put("data", data.hash());
    if (settings.method().method().needsOpeners()) {
      map.put("openers", data.openersHash());
    }
    return map;
  }

  /// Everything that decides about the result, by name.
  public SequencedMap<String, String> configuration() {
    return Collections.unmodifiableSequencedMap(configuration);
  }

  /// Steps taken so far.
  public int steps() {
    return steps;
  }

  /// Goes on from the checkpoint, if there is one.
  ///
  /// @return whether there was one
  /// @throws TrainException when it is of a run of another configuration; the differences are
  ///   listed
  public boolean resume() {
    Optional<Checkpoint> found =
        CheckpointFile.read(
            checkpoints.file(), configuration, session.optimiser().parameters().keySet());
    found.ifPresent(this::restore);
    return found.isPresent();
  }

  private void restore(Checkpoint checkpoint) {
    steps = checkpoint.steps();
    safeSteps = steps;
    firstLoss = checkpoint.firstLoss();
    session.optimiser().continueAfter(method.optimiserSteps(steps));
    method.continueWith(checkpoint.state());
    try (Autograd off = Autograd.off()) {
      session
          .optimiser()
          .parameters()
          .forEach(
              (name, trained) -> {
                Checkpoint.Moments stored = checkpoint.parameters().get(name);
                if (stored != null) {
                  fill(trained.value(), stored.value());
                  fill(trained.first(), stored.first());
                  fill(trained.second(), stored.second());
                }
              });
    }
  }

  private static void fill(Tensor target, float... values) {
    try (Scope scope = Scope.open()) {
      long[] shape = target.shape().stream().mapToLong(Long::longValue).toArray();
      target.assign(Tensors.ofFloats(values, target.device(), shape));
    }
  }

  /// Takes all steps that are left.
  ///
  /// @param listener is told of every step, before its checkpoint is written; when it throws, as a
  ///   user's interrupt does, a checkpoint is written, too
  /// @throws TrainException when the loss is no number or far above chance; it names the last
  ///   checkpoint
  public void run(Consumer<StepReport> listener) {
    run(listener, taken -> false);
  }

  /// The same, but stops at a checkpoint at which something is reached.
  ///
  /// @param enough is asked with the steps taken at every checkpoint before the last, also at the
  ///   one that a resumed run begins with; it must depend on nothing but the model, so that a run
  ///   can be repeated
  public void run(Consumer<StepReport> listener, IntPredicate enough) {
    team.begin(configuration, checkpoints.file(), this::save, this::resume);
    while (steps < settings.steps()
        && !(atCheckpoint() && kept(() -> team.decided(() -> enough.test(steps))))) {
      StepReport report = kept(this::step);
      boolean goesOn = false;
      try {
        listener.accept(report);
        goesOn = true;
      } finally {
        if (!goesOn || steps % checkpoints.every() == 0 || steps == settings.steps()) {
          save();
        }
      }
    }
  }

  /// Writes a checkpoint when another worker is lost in the middle of something, and says so.
  private <T> T kept(Supplier<T> work) {
    try {
      return work.get();
    } catch (DemurException e) {
      if (e.code() != ErrorCode.WORKER_LOST || !team.first()) {
        throw e;
      }
      save();
      throw new TrainException(
          e.code(),
          "%s; the checkpoint of step %d is %s"
              .formatted(e.getMessage(), steps, checkpoints.file()),
          e);
    }
  }

  private boolean atCheckpoint() {
    return steps > 0 && steps % checkpoints.every() == 0;
  }

  /// Takes one step.
  StepReport step() {
    long start = System.nanoTime();
    Usage before = subject.model().usage();
    if (method.optimiserSteps(steps) == 0) {
      session.optimiser().startAnew();
    }
    StepGradients computed = method.gradients(steps);
    team.addGradients(session.optimiser().parameters().values());
    Teamwork.Figures figures =
        team.figures(
            session.optimiser().gradientNorm(),
            computed.receipts(),
            subject.model().usage().since(before),
            computed.preparation().usage());
    TrainingSession.Taken taken =
        session.take(
            computed.loss(), figures.gradientNorm(), computed.receipts(), settings.rate(steps));
    requireSane(taken);
    steps++;
    if (atCheckpoint() || steps == settings.steps()) {
      team.requireSame(session.optimiser().parameters(), steps);
    }
    return new StepReport(
        steps,
        taken.loss(),
        settings.rate(steps - 1),
        taken.gradientNorm(),
        computed.editedRows(),
        figures.meanChange(),
        figures.usage(),
        figures.preparation(),
        (System.nanoTime() - start) / 1e9,
        computed.preparation().nanos() / 1e9);
  }

  /// A model that knows nothing is as wrong as the logarithm of its vocabulary. A run that is twice
  /// as wrong, and twice as wrong as it began, went astray.
  private void requireSane(TrainingSession.Taken taken) {
    double chance = Math.log(subject.model().architecture().dimensions().vocabularySize());
    double worst = taken.loss().worstCrossEntropy();
    firstLoss = steps == 0 ? worst : firstLoss;
    if (taken.finite() && worst <= 2 * Math.max(chance, firstLoss)) {
      return;
    }
    throw new TrainException(
        ErrorCode.CHECK_FAILED,
        "the training went astray at step %d (loss %s, gradient %s); %s"
            .formatted(
                steps + 1,
                taken.loss().total(),
                taken.gradientNorm(),
                safeSteps > 0
                    ? "the last good checkpoint is " + checkpoints.file() + ", of step " + safeSteps
                    : "there is no checkpoint yet"));
  }

  /// Writes a checkpoint of the steps taken so far.
  void save() {
    if (team.first()) {
      write();
    }
    safeSteps = steps;
  }

  private void write() {
    SequencedMap<String, Checkpoint.Moments> parameters = new LinkedHashMap<>();
    session
        .optimiser()
        .parameters()
        .forEach((name, trained) -> parameters.put(name, moments(trained)));
    CheckpointFile.write(
        checkpoints.file(),
        new Checkpoint(steps, firstLoss, configuration, parameters, method.state()));
  }

  private static Checkpoint.Moments moments(AdamWRule.Trained trained) {
    try (Scope scope = Scope.open()) {
      return new Checkpoint.Moments(
          trained.value().toFloats(), trained.first().toFloats(), trained.second().toFloats());
    }
  }

  /// Frees optimiser and moments; the factors stay as they are and are no longer trained.
  @Override
  public void close() {
    method.close();
    session.close();
  }
}
