package org.demur.attacks;

import java.util.List;
import java.util.stream.IntStream;
import org.demur.model.hook.HookSite;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// Plans that take directions out of the residual stream.
final class Ablations {
  private Ablations() {}

  /// Everything along the given directions, at the input, attention output and MLP output of every
  /// block: one orthonormal vector of their span after the other.
  ///
  /// **Source.** Arditi et al. 2024, section 2.4, for one direction.
  static Plan span(List<double[]> directions) {
    List<Intervention> edits =
        Vectors.basis(directions).stream()
            .<Intervention>map(
                unit ->
                    new DirectionalAblation(
                        Target.residualStream(), LayerVectors.same(Vectors.floats(unit))))
            .toList();
    return new Plan(edits);
  }

  /// A direction of its own at the input of every block from a quarter of the depth on: what ReFAT
  /// trains against.
  ///
  /// @param directions one for every layer
  static Plan perLayer(List<double[]> directions) {
    int nLayers = directions.size();
    int dModel = directions.getFirst().length;
    float[] all = new float[nLayers * dModel];
    for (int layer = 0; layer < nLayers; layer++) {
      System.arraycopy(Vectors.floats(directions.get(layer)), 0, all, layer * dModel, dModel);
    }
    Integer[] layers =
        IntStream.range(nLayers / 4, nLayers)
            .filter(layer -> Vectors.dot(directions.get(layer), directions.get(layer)) > 0)
            .boxed()
            .toArray(Integer[]::new);
    Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(layers);
    return Plan.of(new DirectionalAblation(target, LayerVectors.perLayer(dModel, all)));
  }
}
