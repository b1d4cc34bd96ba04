package org.demur.directions;

/// Bounds that a refusal direction has to keep (Arditi et al. 2024, appendix C).
///
/// @param maxKl highest KL divergence on harmless prompts, in nats
/// @param relaxedKl the same for a second try when nothing survives (our bound); the result is then
///   flagged
/// @param layerShare directions from layers at or above `int(layerShare * nLayers)` are discarded:
///   there they are close to the unembedding of the refusal tokens
/// @param minInduce lowest refusal log-odds when the direction is added to harmless prompts, in
///   nats
public record SelectionFilters(
    double maxKl, double relaxedKl, double layerShare, double minInduce) {
  /// The published bounds.
  public static final SelectionFilters PUBLISHED = new SelectionFilters(0.1, 0.3, 0.8, 0.0);

  /// First layer that is discarded.
  public int layerLimit(int nLayers) {
    return (int) (layerShare * nLayers);
  }
}
