package org.demur.train;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.model.intervention.LayerVectors;

/// How DeepRefusal trains.
///
/// **Source.** Xie et al. 2025, "Beyond surface alignment: rebuilding LLMs safety mechanism via
/// probabilistically ablating refusal direction" (EMNLP Findings); `YuanBoXie/DeepRefusal`.
///
/// @param gate probability that a place (block input, attention output or MLP output of a block)
///   ablates at all in a step
/// @param token probability of a token to be ablated at a place that does
/// @param harmfulShare weight of harmful rows in the loss; that of utility rows is the rest
/// @param sourceDepth where the direction is taken from when none is given, as a share of the depth
/// @param prompts of each side that it is computed from
/// @param direction chosen before the training, `[dModel]`; empty for the difference in means of
///   the model as it is when the training begins
public record DeepRefusalSettings(
    double gate,
    double token,
    double harmfulShare,
    double sourceDepth,
    int prompts,
    Optional<LayerVectors> direction)
    implements MethodSettings {
  private static final double PROBABILITY = 0.05;
  private static final double HARMFUL_SHARE = 0.2;

  /// Layer 12 of 32: where the direction of Llama-3-8B-Instruct was selected (Arditi et al. 2024).
  private static final double SOURCE_DEPTH = 12.0 / 32;

  /// As many prompts of each side as ReFAT computes its directions from.
  private static final int PROMPTS = 32;

  /// The published settings.
  public static final DeepRefusalSettings PUBLISHED =
      new DeepRefusalSettings(
          PROBABILITY, PROBABILITY, HARMFUL_SHARE, SOURCE_DEPTH, PROMPTS, Optional.empty());

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public DeepRefusalSettings {
    boolean shares = share(gate) && share(token) && share(harmfulShare);
    if (!shares || !(sourceDepth >= 0 && sourceDepth < 1) || prompts < 1) {
      throw new TrainException(
          ErrorCode.USAGE,
          "gate %s, token %s and harmful share %s must be 0 to 1, source depth %s below 1, prompts %d at least 1"
              .formatted(gate, token, harmfulShare, sourceDepth, prompts));
    }
  }

  private static boolean share(double value) {
    return value >= 0 && value <= 1;
  }

  /// The same settings with other probabilities.
  public DeepRefusalSettings ablating(double atPlace, double atToken) {
    return new DeepRefusalSettings(atPlace, atToken, harmfulShare, sourceDepth, prompts, direction);
  }

  /// The same settings with a direction that was selected before.
  public DeepRefusalSettings with(LayerVectors selected) {
    return new DeepRefusalSettings(
        gate, token, harmfulShare, sourceDepth, prompts, Optional.of(selected));
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.DEEPREFUSAL;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("gate", "" + gate);
    map.put("token", "" + token);
    map.put("harmfulShare", "" + harmfulShare);
    map.put(
        "direction",
        direction
            .map(given -> "given, hash " + Integer.toHexString(given.hashCode()))
            .orElse("from depth %s, %d prompts".formatted(sourceDepth, prompts)));
    return map;
  }
}
