package org.demur.model.decoder;

import java.util.Optional;
import org.demur.model.hook.HookSite;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// A value that passed a hook point, and the way back through the edit, if there was one.
///
/// @param after the value without a history
/// @param edit what entered and left the hooks, with the history between them; empty without hooks
record Edited(Tensor after, Optional<Edit> edit) {
  /// @param entered a leaf
  /// @param left what the hooks made of it
  record Edit(Tensor entered, Tensor left) {}

  /// Lets the hooks see a value, which belongs to `kept` from then on.
  static Edited at(Scope kept, HookSite site, int layer, Tensor value, Step step) {
    if (!step.wants(site, layer)) {
      return new Edited(kept.adopt(value.alias()), Optional.empty());
    }
    Tensor entered = kept.adopt(value.detach().requireGrad(true));
    Tensor left;
    try (Autograd on = Autograd.on()) {
      left = step.hook(site, layer, entered);
    }
    Tensor own = kept.adopt(left.alias());
    return new Edited(kept.adopt(own.detach().contiguous()), Optional.of(new Edit(entered, own)));
  }

  /// The gradient of the value before the edit.
  Tensor backward(Tensor gradient) {
    if (edit.isEmpty()) {
      return gradient;
    }
    edit.get().left().backward(gradient);
    return edit.get().entered().grad();
  }
}
