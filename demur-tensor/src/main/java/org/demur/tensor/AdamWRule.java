package org.demur.tensor;

import org.bytedeco.pytorch.Scalar;
import org.demur.core.ErrorCode;

/// How AdamW turns a gradient into a step.
///
/// With g the gradient, t the number of the step from 1, and everything element by element:
///
/// ```
/// p <- p (1 - lr weightDecay)
/// m <- beta1 m + (1 - beta1) g          v <- beta2 v + (1 - beta2) g^2
/// p <- p - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
/// ```
///
/// libtorch's own optimiser does the same arithmetic but hides its moments, which a checkpoint
/// needs.
///
/// **Source.** Loshchilov and Hutter 2019, algorithm 2.
///
/// @param beta1 how slowly the first moment moves, in [0, 1)
/// @param beta2 how slowly the second moment moves, in [0, 1)
/// @param epsilon keeps the divisor from zero
/// @param weightDecay share of a parameter that a step of rate 1 takes away
public record AdamWRule(double beta1, double beta2, double epsilon, double weightDecay) {
  /// The defaults of torch.
  public static final AdamWRule STANDARD = new AdamWRule(0.9, 0.999, 1e-8, 0.01);

  /// Checks the ranges.
  public AdamWRule {
    boolean moments = beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1;
    if (!moments || !(epsilon > 0) || !(weightDecay >= 0)) {
      throw new TensorException(
          ErrorCode.USAGE,
          ("beta1 %s and beta2 %s must be in [0, 1), epsilon %s above 0, weight decay %s not"
                  + " negative")
              .formatted(beta1, beta2, epsilon, weightDecay));
    }
  }

  /// One parameter with its moments, all of one shape in single precision.
  ///
  /// @param value what is trained
  /// @param first mean of the gradients
  /// @param second mean of their squares
  public record Trained(Tensor value, Tensor first, Tensor second) {}

  /// Changes a parameter and its moments.
  ///
  /// @param gradient of the shape of the parameter
  /// @param learningRate of this step
  /// @param step its number, from 1
  public void apply(Trained parameter, Tensor gradient, double learningRate, int step) {
    try (Autograd off = Autograd.off();
        Scope scope = Scope.open()) {
      parameter.value().scale(1 - learningRate * weightDecay);
      parameter.first().scale(beta1);
      addScaled(parameter.first(), gradient, 1 - beta1);
      parameter.second().scale(beta2);
      addProduct(parameter.second(), gradient, 1 - beta2);
      double firstShare = 1 - Math.pow(beta1, step);
      double secondShare = 1 - Math.pow(beta2, step);
      Tensor divisor = parameter.second().sqrt().scale(1 / Math.sqrt(secondShare)).add(epsilon);
      addQuotient(parameter.value(), parameter.first(), divisor, -learningRate / firstShare);
    }
  }

  private static void addScaled(Tensor target, Tensor addend, double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      target.handle().add_(addend.handle(), scalar);
    } catch (RuntimeException e) {
      throw TensorException.translate("adamw " + target.shape() + addend.shape(), e);
    }
  }

  private static void addProduct(Tensor target, Tensor squared, double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      target.handle().addcmul_(squared.handle(), squared.handle(), scalar);
    } catch (RuntimeException e) {
      throw TensorException.translate("adamw " + target.shape() + squared.shape(), e);
    }
  }

  private static void addQuotient(Tensor target, Tensor above, Tensor below, double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      target.handle().addcdiv_(above.handle(), below.handle(), scalar);
    } catch (RuntimeException e) {
      throw TensorException.translate("adamw " + target.shape() + above.shape(), e);
    }
  }
}
