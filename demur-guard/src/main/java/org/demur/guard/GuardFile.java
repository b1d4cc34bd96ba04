package org.demur.guard;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.directions.ModelFingerprint;

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

  /// Reads a guard for a model in use.
  ///
  /// @throws GuardException see [GuardFileJson#read]
  /// @throws org.demur.directions.DirectionException with [ErrorCode#MODEL_CONFIG] when it was
  ///   fitted with another model, adapter or template
  public static GuardFile read(Path path, ModelFingerprint model) {
    GuardFile guard = GuardFileJson.read(path);
    guard.centroids.fingerprint().requireFits(model, path);
    return guard;
  }

  /// The guard that it describes.
  public LatentGuard guard() {
    return new LatentGuard(centroids, settings);
  }

  /// A guard of the prompts of both files.
  ///
  /// Scores change with the centroids, so a calibrated threshold holds no longer: the result has
  /// the published one, 0.
  ///
  /// @throws org.demur.directions.DirectionException with [ErrorCode#MODEL_CONFIG] when they are of
  ///   different models, adapters or templates
  /// @throws GuardException with [ErrorCode#USAGE] when they compute scores in different ways
  public static GuardFile merged(Path first, Path second) {
    GuardFile one = GuardFileJson.read(first);
    GuardFile other = GuardFileJson.read(second);
    other.centroids.fingerprint().requireFits(one.centroids.fingerprint(), second);
    GuardSettings settings = one.settings.withThreshold(0);
    if (!settings.equals(other.settings.withThreshold(0))) {
      throw new GuardException(
          ErrorCode.USAGE,
          "%s scores with %s and %s with %s; guards are merged when mode and layers are the same"
              .formatted(first, one.settings.summary(), second, other.settings.summary()));
    }
    one.centroids.merge(other.centroids);
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("mergedFrom", List.of(one.facts, other.facts));
    return new GuardFile(one.centroids, settings, Optional.empty(), facts);
  }
}
