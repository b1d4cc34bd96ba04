package org.demur.model.decoder;

import java.util.Optional;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.TokenGradients;
import org.demur.tensor.kernel.TokenLoops;

/// A norm with a gradient of its own, or none where a family has no norm.
///
/// **Shapes**: `[token, dModel]` to `[token, dModel]`, single precision.
///
/// @param factors of the norm; empty for no norm
record TrainedNorm(Optional<float[]> factors, double epsilon) {
  static TrainedNorm of(Optional<RmsNorm> norm) {
    return new TrainedNorm(norm.map(RmsNorm::factors), norm.map(RmsNorm::epsilon).orElse(0.0));
  }

  Tensor forward(Tensor x) {
    if (factors.isEmpty()) {
      return x;
    }
    Tensor out = Tensors.empty(DType.FLOAT32, Device.CPU, x.size(0), x.size(1));
    TokenLoops.rmsNorm(
        FusedStep.panel(x), 0, (int) x.size(0), factors.get(), epsilon, FusedStep.panel(out));
    return out;
  }

  /// What the way back needs of an input: nothing where there is no norm.
  Optional<Tensor> input(Scope kept, Tensor x) {
    return factors.isEmpty() ? Optional.empty() : Optional.of(kept.adopt(x));
  }

  /// The gradient of an input that was [kept][#input].
  Tensor backward(Optional<Tensor> x, Tensor gradient) {
    if (factors.isEmpty() || x.isEmpty()) {
      return gradient;
    }
    Tensor flowing = Tensors.empty(DType.FLOAT32, Device.CPU, gradient.size(0), gradient.size(1));
    gradients(x.get(), gradient, flowing, 0);
    return flowing;
  }

  /// Adds the gradient of an input to what the residual stream carries.
  void addBackward(Tensor x, Tensor gradient, Tensor sum) {
    if (factors.isEmpty()) {
      sum.accumulate(gradient);
    } else {
      gradients(x, gradient, sum, 1);
    }
  }

  private void gradients(Tensor x, Tensor gradient, Tensor sum, float keep) {
    Tensor plain = gradient.contiguous();
    TokenGradients.rmsNorm(
        FusedStep.panel(x),
        (int) x.size(0),
        factors.orElseThrow(),
        epsilon,
        FusedStep.panel(plain),
        FusedStep.panel(sum),
        keep);
  }

  /// Replaces gate and up projection `[token, 2 width]` by their gradients.
  static void gated(TokenLoops.Gate gate, Tensor opened, Tensor gradient) {
    int width = (int) opened.size(1) / 2;
    TokenGradients.gated(
        gate,
        FusedStep.panel(opened),
        (int) opened.size(0),
        width,
        new Panel(gradient.memory(), width, false));
  }
}
