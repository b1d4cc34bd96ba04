package org.demur.attacks;

import java.util.List;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.tensor.AdamWRule;

/// How the residual stream is perturbed at several depths.
///
/// @param blocks at whose inputs vectors are added, rising; a vector on the MLP output of block l
///   is one at the input of block l + 1, and one on the embeddings is one at the input of block 0
/// @param steps of the optimiser
/// @param learningRate of the optimiser
/// @param radius greatest length of a token's vector at one block
/// @param toward weight of the cross-entropy of the wanted reply
/// @param away weight of the unlikelihood of the refusal
/// @param completion whether tokens of the replies are perturbed, too, and not only the prompt
public record LatentSettings(
    List<Integer> blocks,
    int steps,
    double learningRate,
    double radius,
    double toward,
    double away,
    boolean completion) {
  /// The optimiser; its defaults are torch's.
  static final AdamWRule RULE = AdamWRule.STANDARD;

  private static final int PUBLISHED_STEPS = 16;
  private static final double PUBLISHED_RADIUS = 6;
  private static final double PUBLISHED_WEIGHT = 0.5;
  private static final int PUBLISHED_DEPTH = 32;
  private static final List<Integer> PUBLISHED_MLPS = List.of(8, 16, 24, 30);

  /// Copies the list and checks the ranges.
  public LatentSettings {
    blocks = List.copyOf(blocks);
    boolean positive = steps > 0 && learningRate > 0 && radius > 0;
    if (blocks.isEmpty() || !positive || !(toward >= 0) || !(away >= 0) || toward + away == 0) {
      throw new AttackException(
          ErrorCode.USAGE,
          ("blocks %s must not be empty; steps %d, learning rate %s and radius %s must be above 0;"
                  + " of the weights %s and %s none negative and one above 0")
              .formatted(blocks, steps, learningRate, radius, toward, away));
    }
  }

  /// The published settings for Llama-2 (rate 5e-2, prompt only), at the same relative depths.
  ///
  /// **Source.** Sheshadri et al. 2024 (arXiv 2407.15549), `jailbreaks.ipynb`.
  ///
  /// @param nLayers blocks of the model
  public static LatentSettings llama2(int nLayers) {
    return published(nLayers, 5e-2, false);
  }

  /// The published settings for Llama-3 (rate 1e-3, prompt and reply), at the same relative depths.
  ///
  /// **Source.** As [#llama2].
  public static LatentSettings llama3(int nLayers) {
    return published(nLayers, 1e-3, true);
  }

  private static LatentSettings published(int nLayers, double rate, boolean completion) {
    List<Integer> blocks =
        Stream.concat(
                Stream.of(0),
                PUBLISHED_MLPS.stream().map(mlp -> mlp * nLayers / PUBLISHED_DEPTH + 1))
            .map(block -> Math.min(block, nLayers - 1))
            .distinct()
            .toList();
    return new LatentSettings(
        blocks,
        PUBLISHED_STEPS,
        rate,
        PUBLISHED_RADIUS,
        PUBLISHED_WEIGHT,
        PUBLISHED_WEIGHT,
        completion);
  }

  /// The same with a ball of another size: the published one is for models of width 4096.
  public LatentSettings within(double newRadius) {
    return new LatentSettings(blocks, steps, learningRate, newRadius, toward, away, completion);
  }

  /// The same with another number of steps at another rate.
  public LatentSettings stepping(int number, double rate) {
    return new LatentSettings(blocks, number, rate, radius, toward, away, completion);
  }
}
