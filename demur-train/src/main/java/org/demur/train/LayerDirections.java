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
    for (RowAblation kind : rows.kinds()) {
      List<Boolean> mask = rows.in(kind);
      switch (kind.form()) {
        case PER_LAYER -> perLayer(nLayers, mode, positions, mask).ifPresent(edits::add);
        case ONE_DIRECTION -> addThreeSites(edits, mask, positions, directions.at(kind.source()));
        case SUBSPACE -> {
          for (int rank = 0; rank < kind.width(); rank++) {
            addThreeSites(edits, mask, positions, subspaces.at(kind.source() * SUBSPACE + rank));
          }
        }
        default -> throw new IllegalArgumentException(kind.form() + " is drawn for each row");
      }
    }
    return edits.isEmpty() ? List.of() : List.of(new Plan(edits));
  }

  /// Each layer's own direction at its input.
  private Optional<Intervention> perLayer(
      int nLayers, AblationMode mode, Positions positions, List<Boolean> mask) {
    Integer[] layers =
        IntStream.range(firstLayer(nLayers), nLayers)
            .filter(layer -> hasLength(directions.at(layer)))
            .boxed()
            .toArray(Integer[]::new);
    if (layers.length == 0) {
      return Optional.empty();
    }
    Target target =
        Target.everywhere(HookSite.RESID_PRE).inLayers(layers).at(positions).masked(mask);
    Optional<LayerVectors> mean =
        mode == AblationMode.HARMLESS_MEAN ? Optional.of(harmlessMeans) : Optional.empty();
    return Optional.of(new DirectionalAblation(target, directions, mean));
  }

  /// A direction at three sites of all blocks; nothing where it has no length.
  private static void addThreeSites(
      List<Intervention> edits, List<Boolean> mask, Positions positions, float... vector) {
    if (hasLength(vector)) {
      Target target = Target.residualStream().at(positions).masked(mask);
      edits.add(new DirectionalAblation(target, LayerVectors.same(vector)));
    }
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
