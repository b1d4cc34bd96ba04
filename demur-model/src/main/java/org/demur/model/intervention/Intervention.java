package org.demur.model.intervention;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.demur.tensor.Tensor;

/// One edit of the values that pass hook points.
///
/// Below, h is the value of one token at a hook point.
public sealed interface Intervention {
  /// Where it applies.
  Target target();

  /// Short name for receipts: `ablate`, `add`, `replace`, `scale`, or that of the function.
  String label();

  /// The vectors that the edit is made of and that projections are reported on, if there are any.
  default Optional<LayerVectors> vectors() {
    return Optional.empty();
  }

  /// Directional ablation: `h - (h . r) r` for the unit vector r of the direction; with a mean m,
  /// `h - (h . r) r + (m . r) r`, which re-centres the projection on that of m.
  ///
  /// **Source**: Arditi et al. 2024, section 2.4; the re-centred form is ReFAT's equation 3.
  ///
  /// @param direction any length but zero
  /// @param mean where projections are moved to; zero when empty
  record DirectionalAblation(Target target, LayerVectors direction, Optional<LayerVectors> mean)
      implements Intervention {
    /// Removes the projection.
    public DirectionalAblation(Target target, LayerVectors direction) {
      this(target, direction, Optional.empty());
    }

    @Override
    public String label() {
      return "ablate";
    }

    @Override
    public Optional<LayerVectors> vectors() {
      return Optional.of(direction);
    }
  }

  /// Activation addition: `h + coefficient * v`, with v as it is given and not normalised.
  ///
  /// With `perToken` the vectors belong to the touched tokens of a row in order, not to layers: a
  /// perturbation of each token. Each row must then touch as many tokens.
  ///
  /// **Source**: Turner et al. 2023; Arditi et al. 2024, section 2.4.
  record ActivationAddition(
      Target target, LayerVectors vector, double coefficient, boolean perToken)
      implements Intervention {
    /// Adds a vector per layer.
    public ActivationAddition(Target target, LayerVectors vector, double coefficient) {
      this(target, vector, coefficient, false);
    }

    @Override
    public String label() {
      return "add";
    }

    @Override
    public Optional<LayerVectors> vectors() {
      return perToken ? Optional.empty() : Optional.of(vector);
    }
  }

  /// Replacement, or patching: h becomes the given vector.
  ///
  /// With `perToken` the vectors belong to the touched tokens of a row in order, not to layers: the
  /// activations of another run are patched in. Each row must then touch as many tokens.
  record Replacement(Target target, LayerVectors values, boolean perToken) implements Intervention {
    /// Replaces by a vector per layer.
    public Replacement(Target target, LayerVectors values) {
      this(target, values, false);
    }

    @Override
    public String label() {
      return "replace";
    }
  }

  /// Scaling: `factor * h`.
  record Scaling(Target target, double factor) implements Intervention {
    @Override
    public String label() {
      return "scale";
    }
  }

  /// A function of the touched tokens; it has no JSON form.
  ///
  /// @param name for receipts
  /// @param function from `[token, ...]` to the same shape; differentiable if gradients are wanted
  record Custom(Target target, String name, UnaryOperator<Tensor> function)
      implements Intervention {
    @Override
    public String label() {
      return name;
    }
  }
}
