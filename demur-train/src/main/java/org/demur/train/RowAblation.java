package org.demur.train;

/// How one row is ablated.
///
/// @param form of the ablation
/// @param source layer of the direction, or of the subspace, that all blocks lose
/// @param width directions of the subspace
record RowAblation(AblationForm form, int source, int width) {
  /// What the directions of each layer take out.
  static final RowAblation PER_LAYER = new RowAblation(AblationForm.PER_LAYER, 0, 0);

  static RowAblation oneDirection(int source) {
    return new RowAblation(AblationForm.ONE_DIRECTION, source, 1);
  }

  static RowAblation subspace(int source, int width) {
    return new RowAblation(AblationForm.SUBSPACE, source, width);
  }
}
