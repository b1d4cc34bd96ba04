package org.demur.guard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.directions.DirectionTable;
import org.demur.directions.MeanTable;
import org.demur.directions.ModelFingerprint;
import org.demur.directions.ResidualRow;
import org.jspecify.annotations.Nullable;

/// The two centroids of Latent Guard, as sums and counts in double precision, so that sets of one
/// model can be merged; and the same for every category of harmful prompts.
///
/// For the belief of harmfulness the centroids are those of harmful and harmless prompts at t_inst;
/// for the belief of refusal those of refused and accepted prompts at the last token.
///
/// **Source.** Zhao et al. 2025, section 3.2.
public final class CentroidSet {
  private final ModelFingerprint fingerprint;
  private final MeanTable positive;
  private final MeanTable negative;
  private final SequencedMap<String, MeanTable> categories;

  /// Makes an empty set.
  public CentroidSet(ModelFingerprint fingerprint) {
    this(fingerprint, table(fingerprint), table(fingerprint), new LinkedHashMap<>());
  }

  CentroidSet(
      ModelFingerprint fingerprint,
      MeanTable positive,
      MeanTable negative,
      SequencedMap<String, MeanTable> categories) {
    this.fingerprint = fingerprint;
    this.positive = positive;
    this.negative = negative;
    this.categories = categories;
  }

  private static MeanTable table(ModelFingerprint fingerprint) {
    return new MeanTable(1, fingerprint.nLayers() + 1, fingerprint.dModel());
  }

  /// Adds a harmful (or refused) prompt.
  ///
  /// @param row its residual stream at one token
  /// @param category its category, or null
  public void addPositive(ResidualRow row, @Nullable String category) {
    positive.add(row);
    if (category != null) {
      categories.computeIfAbsent(category, key -> table(fingerprint)).add(row);
    }
  }

  /// Adds a harmless (or accepted) prompt.
  public void addNegative(ResidualRow row) {
    negative.add(row);
  }

  /// Adds the prompts of another set.
  ///
  /// @throws GuardException with [ErrorCode#MODEL_CONFIG] when it is of another model or template
  public void merge(CentroidSet other) {
    if (!other.fingerprint.equals(fingerprint)) {
      throw new GuardException(
          ErrorCode.MODEL_CONFIG,
          "centroids of %s cannot be merged with those of %s: model, adapter and template must be"
                  .formatted(other.fingerprint, fingerprint)
              + " the same");
    }
    positive.merge(other.positive);
    negative.merge(other.negative);
    other.categories.forEach(
        (name, table) -> categories.computeIfAbsent(name, key -> table(fingerprint)).merge(table));
  }

  /// The model that the prompts were run through.
  public ModelFingerprint fingerprint() {
    return fingerprint;
  }

  /// Sums of harmful or refused prompts.
  public MeanTable positive() {
    return positive;
  }

  /// Sums of harmless or accepted prompts.
  public MeanTable negative() {
    return negative;
  }

  /// Sums of the harmful prompts of each category.
  public Map<String, MeanTable> categories() {
    return categories;
  }

  /// Difference in means, positive minus negative, `[1, row, dModel]`: the harmfulness direction,
  /// not normalised.
  ///
  /// @throws GuardException with [ErrorCode#FILE_FORMAT] when a side has no prompts
  public DirectionTable direction() {
    requireBoth();
    return positive.minus(negative);
  }

  void requireBoth() {
    if (positive.count() == 0 || negative.count() == 0) {
      throw new GuardException(
          ErrorCode.FILE_FORMAT,
          "a guard needs prompts of both kinds, but has %d harmful and %d harmless"
              .formatted(positive.count(), negative.count()));
    }
  }
}
