package org.demur.harden.explain;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.train.HardeningProfile;

/// How much is measured. The numbers are ours, for small models on a processor.
///
/// @param train prompts of each side that directions are computed from, at most
/// @param validation prompts of each side that the layer is chosen on, at most
/// @param textsPerRequest attack texts around each request; they take turns
/// @param randomDirections directions of the control of A2
/// @param worstRequests requests that are perturbed in A4
/// @param worstLayers layers that are perturbed in A4
/// @param worstSteps steps of projected gradient descent
/// @param seed of whatever is drawn
public record ExplainSettings(
    int train,
    int validation,
    int textsPerRequest,
    int randomDirections,
    int worstRequests,
    int worstLayers,
    int worstSteps,
    long seed) {
  /// Those of a profile.
  public static ExplainSettings of(HardeningProfile profile, long seed) {
    return switch (profile) {
      case QUICK -> new ExplainSettings(32, 16, 2, 200, 6, 2, 5, seed);
      case STANDARD -> new ExplainSettings(64, 32, 4, 200, 12, 3, 10, seed);
    };
  }

  /// By name, for reports.
  SequencedMap<String, String> byName() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("train prompts of each side", "" + train);
    map.put("validation prompts of each side", "" + validation);
    map.put("attack texts per request (A1 to A3)", "" + textsPerRequest);
    map.put("random directions (A2)", "" + randomDirections);
    map.put("requests perturbed (A4)", "" + worstRequests);
    map.put("layers perturbed (A4)", "" + worstLayers);
    map.put("steps of projected gradient descent (A4)", "" + worstSteps);
    map.put("seed", "" + seed);
    return map;
  }
}
