package org.demur.train;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.tensor.AdamWRule;

/// How a training runs.
///
/// @param steps optimiser steps
/// @param rowsPerSide harmful rows and as many utility rows of one step
/// @param parts passes that a step is divided into, one after the other (gradient accumulation)
/// @param pace how large steps are
/// @param optimiser numbers of AdamW
/// @param arithmetic how gradients are computed and used
/// @param seed of all streams of random numbers
/// @param method how gradients come about
public record TrainingSettings(
    int steps,
    int rowsPerSide,
    int parts,
    Pace pace,
    AdamWRule optimiser,
    TrainingSession.Arithmetic arithmetic,
    long seed,
    MethodSettings method) {
  private static final TrainingSession.Arithmetic USUAL =
      new TrainingSession.Arithmetic(LossWeighting.SIDES, 1.0, false);

  /// How large steps are.
  ///
  /// @param learningRate at its highest
  /// @param schedule how the rate moves
  /// @param warmUp steps in which the rate rises
  public record Pace(double learningRate, Schedule schedule, int warmUp) {}

  /// Plain refusal training with the numbers of the paper's run that do not depend on its scale.
  ///
  /// @param steps optimiser steps
  /// @param rowsPerSide rows of each side in a step
  /// @param learningRate constant rate
  public static TrainingSettings plain(int steps, int rowsPerSide, double learningRate) {
    Pace constant = new Pace(learningRate, Schedule.CONSTANT, 0);
    return new TrainingSettings(
        steps, rowsPerSide, 1, constant, AdamWRule.STANDARD, USUAL, 0, new RefusalTraining());
  }

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public TrainingSettings {
    if (steps < 1 || rowsPerSide < 1 || parts < 1 || parts > rowsPerSide) {
      throw new TrainException(
          ErrorCode.USAGE,
          "steps %d and rows per side %d must be at least 1, and a step has at least one part and at most one per row, not %d"
              .formatted(steps, rowsPerSide, parts));
    }
    boolean positive = pace.learningRate() > 0 && arithmetic.longestGradient() > 0;
    if (!positive || pace.warmUp() < 0 || pace.warmUp() > steps) {
      throw new TrainException(
          ErrorCode.USAGE,
          "learning rate %s and gradient bound %s must be above 0, warm-up %d between 0 and %d steps"
              .formatted(pace.learningRate(), arithmetic.longestGradient(), pace.warmUp(), steps));
    }
  }

  /// The same settings with ReFAT, or with plain refusal training.
  public TrainingSettings with(Optional<RefatSettings> refat) {
    return with(refat.<MethodSettings>map(given -> given).orElseGet(RefusalTraining::new));
  }

  /// The same settings with another method.
  public TrainingSettings with(MethodSettings other) {
    return new TrainingSettings(
        steps, rowsPerSide, parts, pace, optimiser, arithmetic, seed, other);
  }

  /// The same settings with the rate rising over the first steps.
  public TrainingSettings warmingUp(int count) {
    Pace other = new Pace(pace.learningRate(), pace.schedule(), count);
    return new TrainingSettings(
        steps, rowsPerSide, parts, other, optimiser, arithmetic, seed, method);
  }

  /// The same settings with gradients bounded to another length.
  public TrainingSettings bounding(double longestGradient) {
    TrainingSession.Arithmetic other =
        new TrainingSession.Arithmetic(
            arithmetic.weighting(), longestGradient, arithmetic.recompute());
    return new TrainingSettings(steps, rowsPerSide, parts, pace, optimiser, other, seed, method);
  }

  /// The same settings with tokens sharing in the loss in another way.
  public TrainingSettings weighing(LossWeighting weighting) {
    TrainingSession.Arithmetic other =
        new TrainingSession.Arithmetic(
            weighting, arithmetic.longestGradient(), arithmetic.recompute());
    return new TrainingSettings(steps, rowsPerSide, parts, pace, optimiser, other, seed, method);
  }

  /// The same settings with as many rows of each side in a step.
  public TrainingSettings batching(int rows) {
    return new TrainingSettings(steps, rows, parts, pace, optimiser, arithmetic, seed, method);
  }

  /// The same settings with other numbers of AdamW.
  public TrainingSettings optimising(AdamWRule rule) {
    return new TrainingSettings(steps, rowsPerSide, parts, pace, rule, arithmetic, seed, method);
  }

  /// The same settings with another rate of the same schedule.
  public TrainingSettings paced(double learningRate) {
    Pace other = new Pace(learningRate, pace.schedule(), pace.warmUp());
    return new TrainingSettings(
        steps, rowsPerSide, parts, other, optimiser, arithmetic, seed, method);
  }

  /// The same settings with the rate moving in another way after its warm-up.
  public TrainingSettings following(Schedule schedule) {
    Pace other = new Pace(pace.learningRate(), schedule, pace.warmUp());
    return new TrainingSettings(
        steps, rowsPerSide, parts, other, optimiser, arithmetic, seed, method);
  }

  /// The same settings from another seed.
  public TrainingSettings seeded(long other) {
    return new TrainingSettings(
        steps, rowsPerSide, parts, pace, optimiser, arithmetic, other, method);
  }

  /// The same settings with each step in so many passes, with or without recomputation.
  public TrainingSettings inParts(int count, boolean recomputing) {
    TrainingSession.Arithmetic other =
        new TrainingSession.Arithmetic(
            arithmetic.weighting(), arithmetic.longestGradient(), recomputing);
    return new TrainingSettings(steps, rowsPerSide, count, pace, optimiser, other, seed, method);
  }

  /// The rate of a step.
  ///
  /// @param step from 0
  public double rate(int step) {
    return pace.learningRate() * pace.schedule().factor(step, pace.warmUp(), steps);
  }

  /// Everything that decides about the weights in the end, by name; two runs with the same map and
  /// the same data, model and start give the same adapter.
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("steps", "" + steps);
    map.put("rowsPerSide", "" + rowsPerSide);
    map.put("parts", "" + parts);
    map.put("learningRate", "" + pace.learningRate());
    map.put("schedule", pace.schedule() + ", warm-up " + pace.warmUp());
    map.put("longestGradient", "" + arithmetic.longestGradient());
    map.put(
        "adamw",
        "%s, %s, %s, decay %s"
            .formatted(
                optimiser.beta1(),
                optimiser.beta2(),
                optimiser.epsilon(),
                optimiser.weightDecay()));
    map.put("weighting", arithmetic.weighting().name());
    map.put("recompute", "" + arithmetic.recompute());
    map.put("seed", "" + seed);
    map.put("method", method.method().label());
    map.putAll(method.configuration());
    return map;
  }
}
