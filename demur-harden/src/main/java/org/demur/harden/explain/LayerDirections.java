package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.directions.DirectionTable;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// The direction u of every layer, harmful minus everyday prompts at the last token, with the edits
/// that are made of it.
///
/// Edits act at the inputs of the blocks from a quarter of the depth on, as ReFAT does. A layer at
/// which all prompts are the same, such as the first, has no direction and is left alone.
///
/// **Source.** Yu et al. 2024, equation 3 for the re-centred form.
final class LayerDirections {
  /// What is left of a difference below this share of the mean's length is rounding.
  private static final double ROUNDING = 1e-6;

  private final int nLayers;
  private final int dModel;
  private final double[][] units;
  private final double[] lengths;
  private final float[] harmfulMeans;
  private final float[] everydayMeans;

  /// @param harmful readings of harmful train prompts
  /// @param everyday readings of everyday train prompts
  LayerDirections(Readings harmful, Readings everyday) {
    DirectionTable high = harmful.sums().mean();
    DirectionTable low = everyday.sums().mean();
    DirectionTable difference = high.minus(low);
    this.nLayers = high.rows() - 1;
    this.dModel = high.dModel();
    this.harmfulMeans = Arrays.copyOf(high.rowsOf(0), nLayers * dModel);
    this.everydayMeans = Arrays.copyOf(low.rowsOf(0), nLayers * dModel);
    this.units = new double[nLayers][];
    this.lengths = new double[nLayers];
    double[] values = difference.values();
    for (int layer = 0; layer < nLayers; layer++) {
      double length = difference.norm(0, layer);
      boolean known = length > ROUNDING * high.norm(0, layer);
      lengths[layer] = known ? length : 0;
      units[layer] = new double[dModel];
      for (int i = 0; known && i < dModel; i++) {
        units[layer][i] = values[layer * dModel + i] / length;
      }
    }
  }

  int nLayers() {
    return nLayers;
  }

  /// Whether the layer tells the two kinds of prompts apart at all.
  boolean known(int layer) {
    return lengths[layer] > 0;
  }

  /// Length of the difference in means.
  double length(int layer) {
    return lengths[layer];
  }

  /// u, `[dModel]`; zeros where there is none.
  double[] unit(int layer) {
    return units[layer].clone();
  }

  /// Removes the component along u (`ZERO`), at all tokens.
  Plan zero() {
    return Plan.of(new DirectionalAblation(target(), directions()));
  }

  /// Moves the component along u to its mean over everyday prompts (`HARMLESS_MEAN`), at all
  /// tokens.
  Plan recentre() {
    return Plan.of(
        new DirectionalAblation(
            target(), directions(), Optional.of(LayerVectors.perLayer(dModel, everydayMeans))));
  }

  /// Gives the last token the component along u that harmful prompts have on the mean.
  Plan restore() {
    return restored(directions());
  }

  /// The same along random directions: what setting any one component to that of harmful prompts
  /// does.
  Plan restoreRandom(SplittableRandom random) {
    float[] all = new float[nLayers * dModel];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) random.nextGaussian();
    }
    return restored(LayerVectors.perLayer(dModel, all));
  }

  private Plan restored(LayerVectors along) {
    return Plan.of(
        new DirectionalAblation(
            target().at(Positions.LAST_PROMPT),
            along,
            Optional.of(LayerVectors.perLayer(dModel, harmfulMeans))));
  }

  private LayerVectors directions() {
    float[] all = new float[nLayers * dModel];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) units[i / dModel][i % dModel];
    }
    return LayerVectors.perLayer(dModel, all);
  }

  /// Layers that edits act on.
  List<Integer> edited() {
    return IntStream.range(nLayers / 4, nLayers).filter(this::known).boxed().toList();
  }

  private Target target() {
    List<Integer> layers = edited();
    if (layers.isEmpty()) {
      throw new ExplainException(
          ErrorCode.MODEL_WEIGHTS,
          "harmful and everyday prompts are the same to the model at all of its %d layers, so it has no direction"
              .formatted(nLayers));
    }
    return Target.everywhere(HookSite.RESID_PRE).inLayers(layers.toArray(Integer[]::new));
  }

  /// Layer whose u tells the two kinds of validation prompts apart best: distance of means in units
  /// of the spread. Layers near the output only carry what was decided before and are left out.
  int mostTelling(Readings harmful, Readings everyday) {
    int end = Math.max(nLayers / 4 + 1, (int) (0.8 * nLayers));
    int best = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int layer : edited()) {
      double distance =
          distance(
              harmful.projections(layer, units[layer]), everyday.projections(layer, units[layer]));
      if (layer < end || best < 0) {
        if (distance > most) {
          most = distance;
          best = layer;
        }
      }
    }
    return best < 0 ? nLayers - 1 : best;
  }

  private static double distance(double[] high, double[] low) {
    double first = mean(high);
    double second = mean(low);
    double spread = 0;
    for (double value : high) {
      spread += (value - first) * (value - first) / high.length;
    }
    for (double value : low) {
      spread += (value - second) * (value - second) / low.length;
    }
    return (first - second) / Math.sqrt(spread / 2 + Double.MIN_NORMAL);
  }

  static double mean(double... values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /// Layers to perturb: the given one and others evenly over the depth.
  List<Integer> around(int layer, int count) {
    List<Integer> layers = new ArrayList<>(List.of(layer));
    List<Integer> all = edited();
    for (int i = 0; i < count && layers.size() < count; i++) {
      int candidate = all.get((int) ((long) i * (all.size() - 1) / Math.max(1, count)));
      if (!layers.contains(candidate)) {
        layers.add(candidate);
      }
    }
    layers.sort(null);
    return layers;
  }
}
