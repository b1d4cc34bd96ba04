package org.demur.model.decoder;

import java.util.function.UnaryOperator;
import org.demur.model.hook.HookSite;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// A value that passed a hook point, and the way of a gradient back through the edit.
///
/// @param after the value without a history
/// @param wayBack from the gradient of `after` to that of the value before
record Edited(Tensor after, UnaryOperator<Tensor> wayBack) {
  /// Lets the hooks see a value, which belongs to `kept` from then on.
  static Edited at(Scope kept, HookSite site, int layer, Tensor value, Step step) {
    if (!step.wants(site, layer)) {
      return new Edited(kept.adopt(value.alias()), UnaryOperator.identity());
    }
    return step.knowsWayBack(site, layer, value)
        ? inPlace(kept, site, layer, value, step)
        : recorded(kept, site, layer, value, step);
  }

  /// Edits of a copy that are not recorded: a step touches many hook points, and what libtorch
  /// records of each is several copies of all tokens.
  private static Edited inPlace(Scope kept, HookSite site, int layer, Tensor value, Step step) {
    Tensor copy = kept.adopt(copy(value));
    step.hookInPlace(site, layer, copy);
    return new Edited(
        copy,
        gradient -> {
          Tensor flowing = copy(gradient);
          step.backInPlace(site, layer, flowing);
          return flowing;
        });
  }

  private static Tensor copy(Tensor value) {
    return value.contiguous().copy();
  }

  private static Edited recorded(Scope kept, HookSite site, int layer, Tensor value, Step step) {
    Tensor entered = kept.adopt(value.detach().requireGrad(true));
    Tensor left;
    try (Autograd on = Autograd.on()) {
      left = step.hook(site, layer, entered);
    }
    Tensor own = kept.adopt(left.alias());
    return new Edited(
        kept.adopt(own.detach().contiguous()),
        gradient -> {
          own.backward(gradient);
          return entered.grad();
        });
  }

  /// The gradient of the value before the edits; the given one is left as it is.
  Tensor backward(Tensor gradient) {
    return wayBack.apply(gradient);
  }
}
