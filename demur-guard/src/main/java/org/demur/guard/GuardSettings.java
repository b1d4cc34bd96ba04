package org.demur.guard;

import java.util.Locale;
import java.util.OptionalInt;
import org.demur.core.ErrorCode;

/// How a guard turns hidden states into a score.
///
/// @param mode what is compared
/// @param firstRow first row of the residual stream that counts, see
///   [org.demur.directions.ResidualRow]; row 0 is the embedding of the token alone and holds
///   nothing but which token it is, so the published "all layers" is taken as rows 1 to nLayers
/// @param lastRow last row that counts; empty for nLayers
/// @param threshold prompts with this score or more are flagged; 0 in the paper
public record GuardSettings(Mode mode, int firstRow, OptionalInt lastRow, double threshold) {
  /// What is compared with the centroids.
  public enum Mode {
    /// cos(h, harmful) - cos(h, harmless), as published.
    COSINE,
    /// The same after the mean of both centroids is subtracted everywhere. Raw cosines lie near 0.9
    /// where a few coordinates are huge, and then hardly tell the two apart.
    CENTRED,
    /// Projection on the unit harmfulness direction, from the middle between the centroids, divided
    /// by half of their distance: 1 at the harmful centroid, -1 at the harmless one.
    PROJECTION
  }

  /// As published: raw cosines, rows 1 to nLayers, threshold 0.
  public static final GuardSettings PUBLISHED =
      new GuardSettings(Mode.COSINE, 1, OptionalInt.empty(), 0);

  /// Checks the window.
  ///
  /// @throws GuardException with [ErrorCode#USAGE]
  public GuardSettings {
    if (firstRow < 0 || (lastRow.isPresent() && lastRow.getAsInt() < firstRow)) {
      throw new GuardException(
          ErrorCode.USAGE,
          "the layer window %d to %s is empty; rows count from 0, the input of block 0"
              .formatted(firstRow, lastRow.isPresent() ? lastRow.getAsInt() : "the last one"));
    }
    if (!Double.isFinite(threshold)) {
      throw new GuardException(ErrorCode.USAGE, "the threshold must be a number");
    }
  }

  /// The same settings with another threshold.
  public GuardSettings withThreshold(double other) {
    return new GuardSettings(mode, firstRow, lastRow, other);
  }

  /// Mode and layers in words, such as `cosine over rows 1 to the last`.
  public String summary() {
    return "%s over rows %d to %s"
        .formatted(
            mode.name().toLowerCase(Locale.ROOT),
            firstRow,
            lastRow.isPresent() ? lastRow.getAsInt() : "the last");
  }
}
