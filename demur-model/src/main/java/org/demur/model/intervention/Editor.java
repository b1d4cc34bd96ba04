package org.demur.model.intervention;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.hook.HookPoint;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Intervention.Replacement;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Computes one intervention for the touched tokens, in single precision whatever the model's type.
final class Editor {
  private final Intervention intervention;
  private final Device device;
  private final Scope constants;
  private final Map<String, Tensor> vectors = new HashMap<>();

  /// @param constants owns the vectors on the device
  Editor(Intervention intervention, Device device, Scope constants) {
    this.intervention = intervention;
    this.device = device;
    this.constants = constants;
  }

  /// The edited values of `h`, `[token, width]`.
  ///
  /// @param rows number of rows that the tokens belong to, in order and equally many each
  Tensor edit(Tensor h, HookPoint point, int rows) {
    int layer = point.layer();
    return switch (intervention) {
      case DirectionalAblation ablation -> ablate(ablation, h, point);
      case ActivationAddition addition ->
          h.add(
              (addition.perToken()
                      ? patch("added to", addition.vector(), h, point, rows)
                      : vector("add", layer, addition.vector().at(layer), h, point))
                  .multiply(addition.coefficient()));
      case Replacement replacement -> replace(replacement, h, point, rows);
      case Scaling scaling -> h.multiply(scaling.factor());
      case Custom custom -> called(custom, h, point);
    };
  }

  private Tensor ablate(DirectionalAblation ablation, Tensor h, HookPoint point) {
    int layer = point.layer();
    Tensor unit = vector("unit", layer, ablation.direction().unitAt(layer), h, point);
    Tensor projection = h.matmul(unit.unsqueeze(1));
    if (ablation.mean().isPresent()) {
      Tensor mean = vector("mean", layer, ablation.mean().get().at(layer), h, point);
      projection = projection.subtract(mean.multiply(unit).sum());
    }
    return h.subtract(projection.multiply(unit));
  }

  private Tensor replace(Replacement replacement, Tensor h, HookPoint point, int rows) {
    if (!replacement.perToken()) {
      int layer = point.layer();
      return vector("replace", layer, replacement.values().at(layer), h, point)
          .unsqueeze(0)
          .expand(h.size(0), h.size(1));
    }
    return patch("replaced", replacement.values(), h, point, rows);
  }

  /// Vectors of the touched tokens of one row, for each row again.
  private Tensor patch(String what, LayerVectors values, Tensor h, HookPoint point, int rows) {
    int perRow = values.count();
    if (h.size(0) != (long) perRow * rows) {
      throw new ModelException(
          ErrorCode.PLAN,
          "%s: %d tokens of %d rows are %s, but vectors for %d tokens per row are given"
              .formatted(point, h.size(0), rows, what, perRow));
    }
    Tensor patch = Tensors.ofFloats(values.values(), device, perRow, values.width());
    checkWidth(values.width(), h, point);
    return patch.unsqueeze(0).expand(rows, perRow, patch.size(1)).reshape(h.size(0), patch.size(1));
  }

  private static Tensor called(Custom custom, Tensor h, HookPoint point) {
    Tensor result = custom.function().apply(h);
    if (!result.shape().equals(h.shape())) {
      throw new ModelException(
          ErrorCode.PLAN,
          "function %s at %s returned shape %s for %s [token, width]"
              .formatted(custom.name(), point, result.shape(), h.shape()));
    }
    return result.alias();
  }

  /// Unit vector that projections are reported on.
  Optional<Tensor> unit(Tensor h, HookPoint point) {
    int layer = point.layer();
    return intervention
        .vectors()
        .filter(given -> hasLength(given.at(layer)))
        .map(given -> vector("unit", layer, given.unitAt(layer), h, point));
  }

  private static boolean hasLength(float[] vector) {
    for (float value : vector) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  private Tensor vector(String role, int layer, float[] values, Tensor h, HookPoint point) {
    checkWidth(values.length, h, point);
    return vectors.computeIfAbsent(
        role + layer, key -> constants.adopt(Tensors.ofFloats(values, device, values.length)));
  }

  private static void checkWidth(int width, Tensor h, HookPoint point) {
    if (h.size(-1) != width) {
      throw new ModelException(
          ErrorCode.PLAN,
          "a vector of %d numbers is used at %s, which has %d per token"
              .formatted(width, point, h.size(-1)));
    }
  }

  /// Values as the editor computes them: `[token, width]` in single precision.
  static Tensor flat(Tensor value) {
    return value.reshape(value.size(0), -1).to(DType.FLOAT32);
  }
}
