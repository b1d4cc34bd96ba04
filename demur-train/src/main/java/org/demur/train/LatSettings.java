package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.attacks.LatentSettings;
import org.demur.core.ErrorCode;

/// How targeted latent adversarial training (LAT) works.
///
/// **Source.** Sheshadri et al. 2024 (arXiv 2407.15549), `jailbreaks.ipynb`, the settings for
/// Llama-2.
///
/// @param iterations of the inner attack
/// @param innerRate of the optimiser of the inner attack
/// @param radius greatest length of a token's perturbation at one place in a model of width 4096;
///   it is scaled with the root of the width
/// @param updates steps that are taken against one perturbation
/// @param weights of the terms; they are renormalised to 1
public record LatSettings(
    int iterations, double innerRate, double radius, int updates, AdversarialWeights weights)
    implements MethodSettings {
  private static final int ITERATIONS = 16;
  private static final double INNER_RATE = 5e-2;
  private static final double RADIUS = 6;
  private static final int UPDATES = 4;
  private static final double PUBLISHED_WIDTH = 4096;

  /// The published settings: 16 iterations, 4 updates, weights 1.5 of helpful replies, .5 of
  /// refusals, .5 of openers.
  public static final LatSettings PUBLISHED =
      new LatSettings(
          ITERATIONS, INNER_RATE, RADIUS, UPDATES, new AdversarialWeights(0.5, 0.5, 1.5));

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public LatSettings {
    if (iterations < 1 || updates < 1 || !(innerRate > 0) || !(radius > 0)) {
      throw new TrainException(
          ErrorCode.USAGE,
          "iterations %d and updates %d must be at least 1, inner rate %s and radius %s above 0"
              .formatted(iterations, updates, innerRate, radius));
    }
    weights = weights.normalised();
  }

  /// The same settings with another number of iterations at another rate.
  public LatSettings iterating(int number, double rate) {
    return new LatSettings(number, rate, radius, updates, weights);
  }

  /// The same settings with other weights.
  public LatSettings weighing(AdversarialWeights other) {
    return new LatSettings(iterations, innerRate, radius, updates, other);
  }

  /// The inner attack on a model: embeddings and MLP outputs at the published depths, prompt only.
  LatentSettings attack(int nLayers, int dModel) {
    return LatentSettings.llama2(nLayers)
        .within(radius * Math.sqrt(dModel / PUBLISHED_WIDTH))
        .stepping(iterations, innerRate);
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.LAT;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("iterations", "" + iterations);
    map.put("innerRate", "" + innerRate);
    map.put("radius", "" + radius);
    map.put("updates", "" + updates);
    map.put("weights", weights.toString());
    return map;
  }
}
