package org.demur.model.decoder;

import java.util.List;
import java.util.Optional;
import org.demur.model.weights.LinearWeight;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.kernel.Matrix;
import org.demur.tensor.kernel.Panel;
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
    if (step.few()) {
      Products.multiply(matrix, x.memory(), step.tokens(), out.memory(), outputs(), 0);
    } else {
      try (Scope inside = Scope.open()) {
        out.assignProduct(x, step.usable(weight, matrix, x.dtype()));
      }
    }
    if (bias.isPresent()) {
      Panel panel = new Panel(out.memory(), outputs(), out.dtype() == DType.BFLOAT16);
      TokenLoops.addBias(panel, 0, step.tokens(), bias.get());
    }
    long at = 0;
    for (Projection part : parts) {
      long rows = part.weight().outputs();
      for (LowRank change : part.changes()) {
        try (Scope inside = Scope.open()) {
          out.narrow(1, at, rows).accumulate(change.delta(x));
        }
      }
      at += rows;
    }
  }
}
