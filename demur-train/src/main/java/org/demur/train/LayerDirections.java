package org.demur.train;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// A direction of its own at the input of every block from a quarter of the depth on.
///
/// **Shapes.** `[layer, dModel]` for all layers; those below the first ablated one are not used.
///
/// **Source.** Refusal feature adversarial training (Yu et al. 2024, arXiv 2409.20089): the last
/// three quarters of the layers.
///
/// @param directions of any length; where one is zero nothing is ablated
/// @param harmlessMeans mean of the residual stream over harmless prompts
public record LayerDirections(LayerVectors directions, LayerVectors harmlessMeans) {
  /// The first ablated layer of a model.
  public static int firstLayer(int nLayers) {
    return nLayers / 4;
  }

  /// The edit of one batch.
  ///
  /// @param ablated for every row whether it is edited
  /// @return nothing when no row is, so that the pass is the plain one to the last bit
  public List<Plan> plans(
      List<Boolean> ablated, int nLayers, AblationMode mode, Positions positions) {
    Integer[] layers =
        IntStream.range(firstLayer(nLayers), nLayers)
            .filter(this::pointsSomewhere)
            .boxed()
            .toArray(Integer[]::new);
    if (!ablated.contains(true) || layers.length == 0) {
      return List.of();
    }
    Target target =
        Target.everywhere(HookSite.RESID_PRE).inLayers(layers).at(positions).masked(ablated);
    Optional<LayerVectors> mean =
        mode == AblationMode.HARMLESS_MEAN ? Optional.of(harmlessMeans) : Optional.empty();
    return List.of(Plan.of(new DirectionalAblation(target, directions, mean)));
  }

  private boolean pointsSomewhere(int layer) {
    for (float number : directions.at(layer)) {
      if (number != 0) {
        return true;
      }
    }
    return false;
  }
}
