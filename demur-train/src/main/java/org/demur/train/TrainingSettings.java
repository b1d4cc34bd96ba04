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
/// @param learningRate at its highest
/// @param schedule how the rate moves
/// @param warmUp steps in which the rate rises
/// @param longestGradient bound on the length of the gradient
/// @param optimiser numbers of AdamW
/// @param weighting how tokens share in the loss
/// @param recompute whether activations are computed again instead of kept
/// @param seed of all streams of random numbers
/// @param refat how rows are ablated; empty for plain refusal training
public record TrainingSettings(
    int steps,
    int rowsPerSide,
    int parts,
    double learningRate,
    Schedule schedule,
    int warmUp,
    double longestGradient,
    AdamWRule optimiser,
    LossWeighting weighting,
    boolean recompute,
    long seed,
    Optional<RefatSettings> refat) {
  /// Plain refusal training with the numbers of the paper's run that do not depend on its scale.
  ///
  /// @param steps optimiser steps
  /// @param rowsPerSide rows of each side in a step
  /// @param learningRate constant rate
  public static TrainingSettings plain(int steps, int rowsPerSide, double learningRate) {
    return new TrainingSettings(
        steps,
        rowsPerSide,
        1,
        learningRate,
        Schedule.CONSTANT,
        0,
        1.0,
        AdamWRule.STANDARD,
        LossWeighting.SIDES,
        false,
        0,
        Optional.empty());
  }

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public TrainingSettings {
    if (steps < 1 || rowsPerSide < 1 || parts < 1 || rowsPerSide % parts != 0) {
      throw new TrainException(
          ErrorCode.USAGE,
          "steps %d and rows per side %d must be at least 1, and the %d parts of a step must divide the rows"
              .formatted(steps, rowsPerSide, parts));
    }
    if (!(learningRate > 0) || !(longestGradient > 0) || warmUp < 0 || warmUp > steps) {
      throw new TrainException(
          ErrorCode.USAGE,
          "learning rate %s and gradient bound %s must be above 0, warm-up %d between 0 and %d steps"
              .formatted(learningRate, longestGradient, warmUp, steps));
    }
  }

  /// The same settings with or without ablation.
  public TrainingSettings with(Optional<RefatSettings> other) {
    return new TrainingSettings(
        steps,
        rowsPerSide,
        parts,
        learningRate,
        schedule,
        warmUp,
        longestGradient,
        optimiser,
        weighting,
        recompute,
        seed,
        other);
  }

  /// The same settings from another seed.
  public TrainingSettings seeded(long other) {
    return new TrainingSettings(
        steps,
        rowsPerSide,
        parts,
        learningRate,
        schedule,
        warmUp,
        longestGradient,
        optimiser,
        weighting,
        recompute,
        other,
        refat);
  }

  /// The same settings with each step in so many passes, with or without recomputation.
  public TrainingSettings inParts(int count, boolean recomputing) {
    return new TrainingSettings(
        steps,
        rowsPerSide,
        count,
        learningRate,
        schedule,
        warmUp,
        longestGradient,
        optimiser,
        weighting,
        recomputing,
        seed,
        refat);
  }

  /// The rate of a step.
  ///
  /// @param step from 0
  public double rate(int step) {
    return learningRate * schedule.factor(step, warmUp, steps);
  }

  /// Everything that decides about the weights in the end, by name; two runs with the same map and
  /// the same data, model and start give the same adapter.
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("steps", "" + steps);
    map.put("rowsPerSide", "" + rowsPerSide);
    map.put("parts", "" + parts);
    map.put("learningRate", "" + learningRate);
    map.put("schedule", schedule + ", warm-up " + warmUp);
    map.put("longestGradient", "" + longestGradient);
    map.put(
        "adamw",
        "%s, %s, %s, decay %s"
            .formatted(
                optimiser.beta1(),
                optimiser.beta2(),
                optimiser.epsilon(),
                optimiser.weightDecay()));
    map.put("weighting", weighting.name());
    map.put("recompute", "" + recompute);
    map.put("seed", "" + seed);
    map.put("method", refat.isPresent() ? "refat" : "rt");
    refat.ifPresent(
        given -> {
          map.put("probability", "" + given.probability());
          map.put("period", "" + given.period());
          map.put("promptsPerSide", "" + given.promptsPerSide());
          map.put("ablation", given.mode().name());
          map.put("positions", given.positions().toString());
          map.put("directions", given.control().name());
        });
    return map;
  }
}
