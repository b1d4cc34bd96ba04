package org.demur.guard;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// A fitted guard as it lies on disk: `NAME.safetensors` with the sums of the centroids and
/// `NAME.json` with the model, counts, settings and calibration.
///
/// @param centroids sums and counts
/// @param settings how scores are computed and what is flagged
/// @param calibration where the threshold comes from; empty for the published 0
/// @param facts what else is known, such as data hashes and the seed
public record GuardFile(
    CentroidSet centroids,
    GuardSettings settings,
    Optional<ThresholdCalibration> calibration,
    SequencedMap<String, Object> facts) {
  /// Copies the facts, in order.
  public GuardFile {
    facts = new LinkedHashMap<>(facts);
  }
}
