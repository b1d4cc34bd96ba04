package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.LanguageModel;
import org.demur.tensor.Tensor;

/// Takes the marks off the factors of adapters that are being trained, so that an attack in the
/// middle of a training adds nothing to their gradients; closing it puts the marks back.
final class FrozenFactors implements AutoCloseable {
  private final List<Tensor> marked = new ArrayList<>();

  FrozenFactors(LanguageModel model) {
    for (String adapter : model.adapters().names()) {
      for (Tensor factor : model.adapters().parameters(adapter).values()) {
        if (factor.requiresGrad()) {
          marked.add(factor);
          factor.requireGrad(false);
        }
      }
    }
  }

  @Override
  public void close() {
    marked.forEach(factor -> factor.requireGrad(true));
  }
}
