package org.demur.model.config;

import org.demur.tensor.Tensor;

/// Non-linearity of the gate of an MLP.
public enum Activation {
  /// `x * sigmoid(x)`.
  SILU,
  /// Gaussian error linear unit, exact.
  GELU,
  /// Gaussian error linear unit, tanh approximation.
  GELU_TANH;

  /// Applies it to every element.
  public Tensor apply(Tensor x) {
    return switch (this) {
      case SILU -> x.silu();
      case GELU -> x.gelu(false);
      case GELU_TANH -> x.gelu(true);
    };
  }
}
