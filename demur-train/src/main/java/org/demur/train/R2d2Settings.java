package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;

/// How R2D2 (robust refusal dynamic defense) works.
///
/// **Source.** Mazeika et al. 2024 (HarmBench, arXiv 2402.04249), section 5 and
/// `adversarial_training/config_full.yaml`.
///
/// @param pool requests with a suffix each, which persist
/// @param cases of the pool that a step attacks and trains on
/// @param search how their suffixes are searched
/// @param reset when suffixes of the pool begin anew
/// @param weights of the three terms
public record R2d2Settings(
    int pool, int cases, Search search, Reset reset, AdversarialWeights weights)
    implements MethodSettings {
  private static final int POOL = 180;
  private static final int CASES = 8;
  private static final AdversarialWeights WEIGHTS = new AdversarialWeights(0.5, 0.5, 1);

  /// The published settings: 5 steps of 512 candidates on 8 cases of 180, a fifth of which begin
  /// anew every 50 updates.
  public static final R2d2Settings PUBLISHED =
      new R2d2Settings(POOL, CASES, new Search(5, 512, 256, 20), new Reset(50, 0.2), WEIGHTS);

  /// For a CPU: the same in a small pool, few cases, few candidates.
  public static final R2d2Settings REDUCED =
      new R2d2Settings(24, 2, new Search(2, 16, 32, 12), new Reset(50, 0.2), WEIGHTS);

  /// Steps of greedy coordinate gradient.
  ///
  /// @param steps on each case of a step
  /// @param width candidates
  /// @param topK replacements of a token that are considered
  /// @param suffixTokens exclamation marks that a suffix starts with
  public record Search(int steps, int width, int topK, int suffixTokens) {}

  /// When suffixes begin anew.
  ///
  /// @param every updates
  /// @param share of the pool
  public record Reset(int every, double share) {}

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public R2d2Settings {
    int least = Math.min(Math.min(search.steps(), search.width()), search.topK());
    boolean positive = Math.min(least, search.suffixTokens()) > 0 && reset.every() > 0;
    if (!positive || cases < 1 || pool < cases || !(reset.share() >= 0 && reset.share() <= 1)) {
      throw new TrainException(
          ErrorCode.USAGE,
          "%s and %s must be positive with a share up to 1, and the %d cases of a step at least 1 and at most the pool of %d"
              .formatted(search, reset, cases, pool));
    }
  }

  /// The same settings with another search.
  public R2d2Settings searching(Search other) {
    return new R2d2Settings(pool, cases, other, reset, weights);
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.R2D2;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("pool", pool + ", cases " + cases);
    map.put("search", search.toString());
    map.put("reset", reset.toString());
    map.put("weights", weights.toString());
    return map;
  }
}
