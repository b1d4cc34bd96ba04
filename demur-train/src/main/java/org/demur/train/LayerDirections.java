package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
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
/// @param subspaces orthonormal, [#SUBSPACE] for each layer, the strongest directions of paired
///   differences first; zero where there are fewer, and everywhere when none is trained against
public record LayerDirections(
    LayerVectors directions, LayerVectors harmlessMeans, LayerVectors subspaces) {
  /// Directions of a subspace.
  static final int SUBSPACE = 4;

  /// Directions without subspaces.
  public LayerDirections(LayerVectors directions, LayerVectors harmlessMeans) {
    this(
        directions,
        harmlessMeans,
        LayerVectors.perLayer(
            directions.width(), new float[directions.values().length * SUBSPACE]));
  }

  /// The first ablated layer of a model.
  public static int firstLayer(int nLayers) {
    return nLayers / 4;
  }

  /// The edits of one batch.
  ///
  /// @param mode and `positions`: of the rows where each layer loses its own direction
  /// @return nothing when no row is edited, so that the pass is the plain one to the last bit
  List<Plan> plans(AblatedRows rows, int nLayers, AblationMode mode, Positions positions) {
    List<Intervention> edits = new ArrayList<>();
    Integer[] layers =
        IntStream.range(firstLayer(nLayers), nLayers)
            .filter(this::pointsSomewhere)
            .boxed()
            .toArray(Integer[]::new);
    if (rows.in(AblationForm.PER_LAYER).contains(true) && layers.length > 0) {
      Target target =
          Target.everywhere(HookSite.RESID_PRE)
              .inLayers(layers)
              .at(positions)
              .masked(rows.in(AblationForm.PER_LAYER));
      Optional<LayerVectors> mean =
          mode == AblationMode.HARMLESS_MEAN ? Optional.of(harmlessMeans) : Optional.empty();
      edits.add(new DirectionalAblation(target, directions, mean));
    }
    if (rows.in(AblationForm.ONE_DIRECTION).contains(true) && pointsSomewhere(rows.source())) {
      Target target =
          Target.residualStream().at(positions).masked(rows.in(AblationForm.ONE_DIRECTION));
      edits.add(new DirectionalAblation(target, LayerVectors.same(directions.at(rows.source()))));
    }
    List<Boolean> lessASubspace = rows.in(AblationForm.SUBSPACE);
    if (lessASubspace.contains(true)) {
      Target target = Target.residualStream().at(positions).masked(lessASubspace);
      for (int rank = 0; rank < rows.width(); rank++) {
        float[] unit = subspaces.at(rows.source() * SUBSPACE + rank);
        if (hasLength(unit)) {
          edits.add(new DirectionalAblation(target, LayerVectors.same(unit)));
        }
      }
    }
    return edits.isEmpty() ? List.of() : List.of(new Plan(edits));
  }

  private boolean pointsSomewhere(int layer) {
    return hasLength(directions.at(layer));
  }

  private static boolean hasLength(float... vector) {
    for (float number : vector) {
      if (number != 0) {
        return true;
      }
    }
    return false;
  }
}
