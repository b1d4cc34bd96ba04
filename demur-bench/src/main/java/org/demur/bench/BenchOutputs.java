package org.demur.bench;

import java.util.List;

/// What a run computed, as far as two programs are compared by it.
///
/// @param residuals residual stream of the last row at its last position, one array per hook point
/// @param logits after the last token of the last row
/// @param greedy decoded tokens of every row
public record BenchOutputs(List<float[]> residuals, float[] logits, List<List<Integer>> greedy) {
  /// Nothing to compare.
  static final BenchOutputs NONE = new BenchOutputs(List.of(), new float[0], List.of());

  static BenchOutputs ofResiduals(List<float[]> residuals, float[] logits) {
    return new BenchOutputs(List.copyOf(residuals), logits, List.of());
  }

  static BenchOutputs ofGreedy(List<List<Integer>> greedy) {
    return new BenchOutputs(List.of(), new float[0], List.copyOf(greedy));
  }
}
