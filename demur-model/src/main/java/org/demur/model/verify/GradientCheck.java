package org.demur.model.verify;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.Positions;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Compares the gradient of one weight with a central difference of the loss.
///
/// The step goes along the gradient itself, where the slope is its length: a single coordinate
/// would drown in the rounding of the loss.
final class GradientCheck {
  /// Change of the loss that the step aims at, in nats: far above rounding, small enough to be
  /// linear.
  private static final double AIMED_CHANGE = 2e-2;

  private GradientCheck() {}

  /// Relative error of the slope.
  static double error(LanguageModel model, List<Prompt> prompts) {
    Tensor weight = model.weights().get(sampled(model));
    weight.requireGrad(true);
    try (Scope scope = Scope.open()) {
      model.backward(loss(model, prompts, true));
      Tensor gradient = weight.grad();
      double length = gradient.square().sum().sqrt().item();
      weight.clearGrad();
      weight.requireGrad(false);
      double step = AIMED_CHANGE / length;
      Tensor along = gradient.multiply(step / length);
      try (Autograd off = Autograd.off()) {
        Tensor original = weight.copy();
        weight.accumulate(along);
        double up = loss(model, prompts, false).item();
        weight.assign(original);
        weight.accumulate(along.multiply(-1));
        double down = loss(model, prompts, false).item();
        weight.assign(original);
        return Math.abs((up - down) / (2 * step) - length) / length;
      }
    } finally {
      weight.clearGrad();
      weight.requireGrad(false);
    }
  }

  /// A projection half-way up; behind a router the loss has steps, so the last norm there.
  private static String sampled(LanguageModel model) {
    int middle = model.architecture().dimensions().nLayers() / 2;
    return model.architecture().mixture()
        ? WeightLayout.FINAL_NORM
        : WeightLayout.block(middle) + "self_attn.o_proj.weight";
  }

  /// Mean cross-entropy of every next token, nats.
  private static Tensor loss(LanguageModel model, List<Prompt> prompts, boolean record) {
    ForwardRequest request = ForwardRequest.logitsAt(Positions.ALL);
    try (ForwardResult result = model.forward(prompts, record ? request.recorded() : request)) {
      List<Tensor> terms = new ArrayList<>();
      for (int row = 0; row < prompts.size(); row++) {
        int[] ids = prompts.get(row).ids();
        if (ids.length > 1) {
          long[] labels = new long[ids.length - 1];
          for (int i = 0; i < labels.length; i++) {
            labels[i] = ids[i + 1];
          }
          terms.add(
              result
                  .logits(row)
                  .narrow(0, 0, labels.length)
                  .logSoftmax(-1)
                  .gather(1, Tensors.ofLongs(labels, model.device(), labels.length, 1)));
        }
      }
      return Tensors.concatenate(terms, 0).mean().multiply(-1);
    }
  }
}
