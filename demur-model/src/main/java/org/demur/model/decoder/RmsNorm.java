package org.demur.model.decoder;

import org.demur.model.config.Architecture.Norms;
import org.demur.tensor.DType;
import org.demur.tensor.Tensor;

/// Root-mean-square norm (Zhang and Sennrich 2019), computed in single precision.
///
/// **Shapes**: `[..., n]` to `[..., n]` for a weight of `[n]`. The result has the weight's type, so
/// that a residual stream in single precision enters projections in the type of the model.
final class RmsNorm {
  private final Tensor weight;
  private final Norms norms;

  RmsNorm(Tensor weight, Norms norms) {
    this.weight = weight;
    this.norms = norms;
  }

  /// The factors, `[n]`.
  float[] factors() {
    float[] factors = weight.toFloats();
    if (norms.unitOffset()) {
      for (int i = 0; i < factors.length; i++) {
        factors[i] += 1;
      }
    }
    return factors;
  }

  double epsilon() {
    return norms.epsilon();
  }

  Tensor forward(Tensor x) {
    return widened(x).to(weight.dtype());
  }

  /// The result in single precision.
  Tensor widened(Tensor x) {
    Tensor wide = x.to(DType.FLOAT32);
    Tensor scale = wide.square().mean(-1, true).add(norms.epsilon()).rsqrt();
    Tensor normed = wide.multiply(scale);
    if (norms.unitOffset()) {
      return normed.multiply(weight.to(DType.FLOAT32).add(1));
    }
    return normed.multiply(weight.to(DType.FLOAT32));
  }
}
