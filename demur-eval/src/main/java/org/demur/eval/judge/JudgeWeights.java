package org.demur.eval.judge;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.demur.core.Hashes;

/// What the score of the judge is made of: a weight for each feature and a bias.
///
/// @param bias added to every score
/// @param weights feature to weight; features without one do not count
public record JudgeWeights(double bias, Map<String, Double> weights) {
  private static final int HASH_CHARACTERS = 10;

  /// Keeps a sorted copy.
  public JudgeWeights {
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
  }

  /// Names this table: a version of the features and a hash of bias and weights.
  public String id() {
    String hash = Hashes.ofText(JudgeWeightsIo.lines(this));
    return "reply-judge-1-" + hash.substring(0, HASH_CHARACTERS);
  }

  /// What a feature that is there adds to the score.
  double contribution(String feature) {
    return weights.getOrDefault(feature, 0.0) * ReplyFeatures.value(feature);
  }
}
