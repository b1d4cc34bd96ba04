package org.demur.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.model.verify.Check;
import org.demur.tensor.AdamWRule;
import org.demur.tensor.Scope;

/// Compares training steps with those of an independent implementation: a plain run and one with
/// some rows ablated, from the same adapter.
///
/// **Tolerances.** Losses 1e-4 nats, lengths of gradients 1e-3 relative, final factors 1e-4.
///
/// **Settings** of the format: AdamW with betas .9 and .999, epsilon 1e-8, weight decay .01, rate
/// 5e-3, gradients bounded to 1, mean over learnt tokens, no dropout, block inputs from a quarter
/// of the depth on.
public final class TrainingReferenceCheck {
  private static final double LEARNING_RATE = 5e-3;
  private static final double LONGEST_GRADIENT = 1;
  private static final double LOSS_TOLERANCE = 1e-4;
  private static final double NORM_TOLERANCE = 1e-3;
  private static final double FACTOR_TOLERANCE = 1e-4;
  private static final List<String> RUNS = List.of("rt", "refat");

  private final LanguageModel model;
  private final Path adapter;
  private final TrainingReference reference;
  private final List<Check> checks = new ArrayList<>();

  private TrainingReferenceCheck(LanguageModel model, Path adapter, TrainingReference reference) {
    this.model = model;
    this.adapter = adapter;
    this.reference = reference;
  }

  /// Runs all steps of the file. The adapters that are on when it is called are on again
  /// afterwards.
  ///
  /// @param adapter the PEFT folder from which the steps start
  /// @param file in the format `demur-training-golden-1`
  /// @param progress is told what is run next
  /// @throws org.demur.core.DemurException when the file is malformed or belongs to another model
  ///   or adapter
  public static List<Check> run(
      LanguageModel model, Path adapter, Path file, Consumer<String> progress) {
    List<String> before = model.adapters().active();
    try (TrainingReference reference = TrainingReference.open(file)) {
      TrainingReferenceCheck check = new TrainingReferenceCheck(model, adapter, reference);
      for (String run : RUNS) {
        if (reference.has(run)) {
          progress.accept(run);
          check.compare(run);
        }
      }
      if (check.checks.isEmpty()) {
        throw new TrainException(
            ErrorCode.FILE_FORMAT, file + ": it holds neither rt.loss nor refat.loss");
      }
      return List.copyOf(check.checks);
    } finally {
      model.adapters().activate(before);
    }
  }

  private void compare(String run) {
    String name = run + " of the reference, from " + adapter;
    model.adapters().load(name, adapter);
    model.adapters().activate(List.of(name));
    TrainingSession.Arithmetic arithmetic =
        new TrainingSession.Arithmetic(LossWeighting.TOKENS, LONGEST_GRADIENT, false);
    AdapterOptimiser optimiser = new AdapterOptimiser(model, name, AdamWRule.STANDARD);
    try (TrainingSession session = new TrainingSession(model, optimiser, arithmetic)) {
      int steps = reference.steps();
      float[] losses = reference.floats(run + ".loss", steps);
      float[] norms = reference.floats(run + ".grad_norm", steps);
      double lossDifference = 0;
      double normDifference = 0;
      for (int step = 0; step < steps; step++) {
        TrainingSession.Taken taken = session.step(List.of(part(run, step)), LEARNING_RATE);
        lossDifference = worse(lossDifference, Math.abs(taken.loss().total() - losses[step]));
        double norm = Math.abs(taken.gradientNorm() - norms[step]) / Math.abs(norms[step]);
        normDifference = worse(normDifference, norm);
      }
      checks.add(Check.of(run + ".loss (nats)", lossDifference, LOSS_TOLERANCE));
      checks.add(Check.of(run + ".grad_norm", normDifference, NORM_TOLERANCE));
      checks.add(Check.of(run + ".final (absolute)", factors(run, optimiser), FACTOR_TOLERANCE));
    }
  }

  private TrainingSession.Part part(String run, int step) {
    List<Plan> plans = List.of();
    if (run.equals("refat")) {
      int nLayers = model.architecture().dimensions().nLayers();
      int dModel = model.architecture().dimensions().dModel();
      plans =
          reference
              .directions(nLayers, dModel)
              .plans(
                  AblatedRows.perLayer(reference.ablated(step)),
                  nLayers,
                  AblationMode.ZERO,
                  Positions.ALL);
    }
    return new TrainingSession.Part(reference.batch(step), plans, 0);
  }

  /// A difference that is not a number stays.
  private static double worse(double known, double other) {
    return Double.isNaN(known) || Double.isNaN(other) ? Double.NaN : Math.max(known, other);
  }

  private double factors(String run, AdapterOptimiser optimiser) {
    Map<String, float[]> expected = reference.finals(run);
    if (!expected.keySet().equals(optimiser.parameters().keySet())) {
      TreeSet<String> differing = new TreeSet<>(expected.keySet());
      differing.addAll(optimiser.parameters().keySet());
      differing.removeIf(
          name -> expected.containsKey(name) && optimiser.parameters().containsKey(name));
      throw new TrainException(
          ErrorCode.ADAPTER,
          "%s has other factors than the reference: %d differ, such as %s"
              .formatted(adapter, differing.size(), differing.first()));
    }
    double worst = 0;
    for (Map.Entry<String, AdamWRule.Trained> parameter : optimiser.parameters().entrySet()) {
      float[] wanted = expected.getOrDefault(parameter.getKey(), new float[0]);
      float[] found;
      try (Scope scope = Scope.open()) {
        found = parameter.getValue().value().toFloats();
      }
      if (found.length != wanted.length) {
        throw new TrainException(
            ErrorCode.ADAPTER,
            "%s has %d numbers in %s, but the reference %d"
                .formatted(adapter, found.length, parameter.getKey(), wanted.length));
      }
      for (int i = 0; i < found.length; i++) {
        worst = worse(worst, Math.abs((double) found[i] - wanted[i]));
      }
    }
    return worst;
  }
}
