package org.demur.train;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.demur.core.ErrorCode;

/// The methods that an adapter can be trained with, by the names that the command line knows.
public enum HardeningMethod {
  /// Refusal feature adversarial training.
  REFAT("refusal training with the refusal direction taken away", false),
  /// Plain refusal training.
  RT("plain refusal training", false),
  /// Refusal training with one direction taken away at random tokens and places.
  DEEPREFUSAL("refusal training, one direction taken away at random tokens and places", true),
  /// Continuous adversarial training.
  CAT("refusals under perturbed embeddings, and helpful replies", true),
  /// Continuous adversarial preference optimisation.
  CAPO("refusals preferred to openers under perturbed embeddings", true),
  /// Targeted latent adversarial training.
  LAT("refusals under a perturbed residual stream, and helpful replies", true),
  /// Circuit breakers, or representation rerouting.
  CIRCUIT_BREAKERS("residual streams of harmful requests turned away, others kept", true),
  /// Robust refusal dynamic defense.
  R2D2("refusals under a pool of searched suffixes, and helpful replies", true);

  private final String description;
  private final boolean openers;

  HardeningMethod(String description, boolean openers) {
    this.description = description;
    this.openers = openers;
  }

  /// The method of a name.
  public static Optional<HardeningMethod> of(String label) {
    return Arrays.stream(values()).filter(method -> method.label().equals(label)).findFirst();
  }

  /// The name on the command line and in configurations.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// In a few words.
  public String description() {
    return description;
  }

  /// Whether the loss of a step is a sum over parts of it, so that workers can share a step.
  public boolean shareable() {
    return this == REFAT || this == RT || this == DEEPREFUSAL;
  }

  /// Rows of the largest pass of a step, for an estimate of its memory.
  ///
  /// @param perSide harmful rows of a step, and as many harmless ones
  public int rowsAtOnce(int perSide) {
    // refusals and openers for the harmful rows, and harmless rows
    return this == LAT ? 3 * perSide : 2 * perSide;
  }

  /// Checks that workers can share a step.
  ///
  /// @throws TrainException with [ErrorCode#WORKERS] when they cannot
  public void requireShareable(int workers) {
    if (!shareable()) {
      throw new TrainException(
          ErrorCode.WORKERS,
          "%s has one loss over all rows of a step, which %d workers cannot share; %s can be shared"
              .formatted(
                  label(),
                  workers,
                  Arrays.stream(values())
                      .filter(HardeningMethod::shareable)
                      .map(HardeningMethod::label)
                      .collect(Collectors.joining(", "))));
    }
  }

  /// Whether it needs affirmative openers in its data.
  boolean needsOpeners() {
    return openers;
  }
}
