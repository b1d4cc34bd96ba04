package org.demur.model.intervention;

import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Tensor;
import org.demur.tensor.kernel.Kernels;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.TokenEdits;

/// Activation addition and directional ablation on memory, with their receipts in the same pass:
/// what [Editor] computes, for values that may be changed.
final class InPlaceEdit {
  private InPlaceEdit() {}

  /// Whether an intervention can be carried out on a value `[token, width]` this way. A vector of
  /// length 0 and one of another width are left to [Editor], which says what is wrong with them.
  static boolean suits(Intervention intervention, int layer, Tensor value) {
    boolean known =
        switch (intervention) {
          case ActivationAddition addition -> !addition.perToken();
          case DirectionalAblation ablation -> true;
          default -> false;
        };
    return known
        && Kernels.available()
        && !Autograd.recording()
        && value.rank() == 2
        && value.dtype() == DType.FLOAT32
        && value.device().equals(Device.CPU)
        && value.size(1) % Kernels.lanes() == 0
        && intervention
            .vectors()
            .filter(vectors -> vectors.width() == value.size(1) && hasLength(vectors, layer))
            .isPresent();
  }

  private static boolean hasLength(LayerVectors vectors, int layer) {
    if (vectors.count() > 1 && layer >= vectors.count()) {
      return false;
    }
    for (float number : vectors.at(layer)) {
      if (number != 0) {
        return true;
      }
    }
    return false;
  }

  /// Edits the tokens at `places` of `value`.
  static TokenEdits.Sums apply(Intervention intervention, int layer, Tensor value, int... places) {
    Panel panel = new Panel(value.memory(), (int) value.size(1), false);
    return switch (intervention) {
      case ActivationAddition addition -> {
        float[] vector = addition.vector().at(layer);
        float[] addend = new float[vector.length];
        for (int i = 0; i < addend.length; i++) {
          addend[i] = (float) (addition.coefficient() * vector[i]);
        }
        yield TokenEdits.add(panel, places, addend, addition.vector().unitAt(layer));
      }
      case DirectionalAblation ablation -> {
        float[] unit = ablation.direction().unitAt(layer);
        double kept = ablation.mean().map(mean -> dot(mean.at(layer), unit)).orElse(0.0);
        yield TokenEdits.ablate(panel, places, unit, (float) kept);
      }
      default -> throw new IllegalArgumentException(intervention.label());
    };
  }

  /// Turns the gradient of edited tokens into that of the tokens before the edit: an addition
  /// leaves it, an ablation takes the same direction out of it, whatever mean it moves values to.
  static void back(Intervention intervention, int layer, Tensor gradient, int... places) {
    if (intervention instanceof DirectionalAblation ablation) {
      Panel panel = new Panel(gradient.memory(), (int) gradient.size(1), false);
      TokenEdits.ablate(panel, places, ablation.direction().unitAt(layer), 0);
    }
  }

  private static double dot(float[] first, float[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += (double) first[i] * second[i];
    }
    return sum;
  }
}
