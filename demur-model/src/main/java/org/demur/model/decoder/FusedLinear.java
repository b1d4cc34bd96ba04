package org.demur.model.decoder;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.demur.model.weights.LinearWeight;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.kernel.Matrix;
import org.demur.tensor.kernel.Products;
import org.demur.tensor.kernel.TokenLoops;

/// Projections with the same input as one matrix product, with their biases and the low-rank
/// changes that are switched on.
final class FusedLinear {
  private final List<Projection> parts;
  private final LinearWeight weight;
  private final Matrix matrix;
  private final Optional<float[]> bias;

  FusedLinear(ModelWeights weights, List<Projection> parts) {
    this.parts = parts;
    weight = weights.together(parts.stream().map(part -> part.name() + ".weight").toList());
    matrix = weight.matrix();
    bias = bias(parts, outputs());
  }

  /// The biases of projections one after the other; empty when none has any.
  static Optional<float[]> bias(List<Projection> parts, int outputs) {
    if (parts.stream().allMatch(part -> part.bias().isEmpty())) {
      return Optional.empty();
    }
    float[] all = new float[outputs];
    int at = 0;
    for (Projection part : parts) {
      if (part.bias().isPresent()) {
        float[] own = part.bias().get().toFloats();
        System.arraycopy(own, 0, all, at, own.length);
      }
      at += (int) part.weight().outputs();
    }
    return Optional.of(all);
  }

  int outputs() {
    return (int) weight.outputs();
  }

  int inputs() {
    return (int) weight.inputs();
  }

  /// Computes `out = x W^T + b + changes`.
  ///
  /// @param x `[token, in]`
  /// @param out `[token, out]`
  void apply(FusedStep step, Tensor x, Tensor out) {
    multiply(step, x, out, weight, matrix);
    bias.ifPresent(all -> TokenLoops.addBias(step.where(out), 0, step.tokens(), all));
    change(x, out, 0);
  }

  /// Computes some of the outputs only.
  ///
  /// @param out `[token, some]`
  /// @param first output that the first column of `out` takes
  void apply(FusedStep step, Tensor x, Tensor out, int first) {
    int count = (int) out.size(1);
    try (Scope inside = Scope.open()) {
      LinearWeight some = weight.rows(first, count);
      multiply(step, x, out, some, some.matrix());
    }
    if (bias.isPresent()) {
      float[] some = Arrays.copyOfRange(bias.get(), first, first + count);
      TokenLoops.addBias(step.where(out), 0, step.tokens(), some);
    }
    change(x, out, first);
  }

  private static void multiply(
      FusedStep step, Tensor x, Tensor out, LinearWeight weight, Matrix matrix) {
    if (step.few()) {
      Products.multiply(
          matrix,
          step.where(x).memory(),
          step.tokens(),
          step.where(out).memory(),
          matrix.rows(),
          0);
    } else {
      try (Scope inside = Scope.open()) {
        out.assignProduct(x, step.usable(weight, matrix, x.dtype()));
      }
    }
  }

  /// Adds the low-rank changes to the outputs from `first` that `out` has.
  private void change(Tensor x, Tensor out, int first) {
    if (parts.stream().allMatch(part -> part.changes().isEmpty())) {
      return;
    }
    long start = -first;
    for (Projection part : parts) {
      long end = start + part.weight().outputs();
      long from = Math.max(start, 0);
      long width = Math.min(end, out.size(1)) - from;
      for (LowRank change : width > 0 ? part.changes() : List.<LowRank>of()) {
        try (Scope inside = Scope.open()) {
          Tensor delta = change.delta(x).narrow(1, from - start, width);
          out.narrow(1, from, width).accumulate(delta);
        }
      }
      start = end;
    }
  }
}
