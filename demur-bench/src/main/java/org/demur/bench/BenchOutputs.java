package org.demur.bench;

import java.util.List;
import java.util.OptionalDouble;

/// What a run computed, as far as two programs are compared by it.
///
/// @param residuals residual stream of the last row at its last position, one array per hook point
/// @param logits after the last token of the last row
/// @param greedy decoded tokens of every row
/// @param loss before a training step, nats a token
public record BenchOutputs(
    List<float[]> residuals, float[] logits, List<List<Integer>> greedy, OptionalDouble loss) {
  /// Nothing to compare.
  static final BenchOutputs NONE =
      new BenchOutputs(List.of(), new float[0], List.of(), OptionalDouble.empty());

  static BenchOutputs ofResiduals(List<float[]> residuals, float[] logits) {
    return new BenchOutputs(List.copyOf(residuals), logits, List.of(), OptionalDouble.empty());
  }

  static BenchOutputs ofGreedy(List<List<Integer>> greedy) {
    return new BenchOutputs(List.of(), new float[0], List.copyOf(greedy), OptionalDouble.empty());
  }

  static BenchOutputs ofLoss(double loss) {
    return new BenchOutputs(List.of(), new float[0], List.of(), OptionalDouble.of(loss));
  }
}
