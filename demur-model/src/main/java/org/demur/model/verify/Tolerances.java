package org.demur.model.verify;

import java.util.OptionalDouble;
import org.demur.model.LanguageModel;
import org.demur.tensor.DType;

/// How far values may be from the reference, by type.
///
/// In bf16 a near-tie in a router sends a token to another expert, so mixtures of experts are
/// reported and not judged there; gradients likewise, for which no bound is published. Weights of 8
/// bits are other weights than those of the reference: everything is reported and nothing judged.
///
/// @param hiddenStates of the residual stream and what is added to it
/// @param logits of logits and losses
/// @param gradients of weights
/// @param greedy tokens of greedy text that may differ without a near-tie
public record Tolerances(
    OptionalDouble hiddenStates,
    OptionalDouble logits,
    OptionalDouble gradients,
    OptionalDouble greedy) {
  private static final Tolerances SINGLE =
      new Tolerances(
          OptionalDouble.of(1e-5),
          OptionalDouble.of(1e-5),
          OptionalDouble.of(1e-4),
          OptionalDouble.of(0));
  private static final Tolerances BRAIN =
      new Tolerances(
          OptionalDouble.of(3e-2),
          OptionalDouble.of(4e-2),
          OptionalDouble.empty(),
          OptionalDouble.empty());
  private static final Tolerances NONE =
      new Tolerances(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /// Margin between the two best logits below which a greedy token may differ.
  public static final double NEAR_TIE = 1e-3;

  /// The tolerances for a model.
  public static Tolerances of(LanguageModel model) {
    if (model.type() == DType.FLOAT32) {
      return SINGLE;
    }
    boolean judged = model.type() == DType.BFLOAT16 && !model.architecture().mixture();
    return judged ? BRAIN : NONE;
  }
}
