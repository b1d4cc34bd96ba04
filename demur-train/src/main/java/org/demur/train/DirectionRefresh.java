package org.demur.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.demur.attacks.DirectionSearch;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.intervention.LayerVectors;
import org.demur.stats.Matrix;
import org.demur.stats.SingularDirections;
import org.demur.tensor.workers.Workers;

/// Computes the directions of all layers from the model as it is: mean over harmful prompts minus
/// mean over harmless ones, at the last token of the prompt.
///
/// One pass over prompts without replies, without the last block and the head, without gradients,
/// edits and dropout. Means are summed in double precision.
///
/// **Source.** Refusal feature adversarial training (Yu et al. 2024, arXiv 2409.20089).
final class DirectionRefresh {
  /// A difference below this share of the mean is rounding: prompts that end with the same token
  /// are all alike where no block has run yet.
  private static final double ROUNDING = 1e-6;

  private final PromptResiduals residuals;
  private final int nLayers;
  private final int dModel;

  DirectionRefresh(LanguageModel model) {
    this(model, Workers.alone());
  }

  /// @param workers that share the prompts
  DirectionRefresh(LanguageModel model, Workers workers) {
    this.residuals = new PromptResiduals(model, workers);
    this.nLayers = model.architecture().dimensions().nLayers();
    this.dModel = model.architecture().dimensions().dModel();
  }

  /// The directions between two groups of prompts.
  ///
  /// @param subspaces whether the strongest directions of paired differences are wanted, too
  /// @return zero at a layer where the groups have the same mean
  /// @throws TrainException when a group is empty
  LayerDirections of(List<Prompt> harmful, List<Prompt> harmless, boolean subspaces) {
    if (harmful.isEmpty() || harmless.isEmpty()) {
      throw new TrainException(
          ErrorCode.TRAINING_DATA,
          "directions need prompts of both sides, got %d harmful and %d harmless"
              .formatted(harmful.size(), harmless.size()));
    }
    List<Prompt> all = new ArrayList<>(harmful);
    all.addAll(harmless);
    List<float[]> found = residuals.of(all);
    float[] directions = new float[nLayers * dModel];
    float[] means = new float[nLayers * dModel];
    float[] spans = new float[nLayers * LayerDirections.SUBSPACE * dModel];
    int pairs = subspaces ? Math.min(harmful.size(), harmless.size()) : 0;
    for (int layer = 0; layer < nLayers; layer++) {
      float[] rows = found.get(layer);
      fill(rows, layer, harmful.size(), directions, means);
      if (pairs > 0 && layer >= DirectionSearch.firstLayer(nLayers)) {
        subspace(rows, layer, harmful.size(), pairs, spans);
      }
    }
    return new LayerDirections(
        LayerVectors.perLayer(dModel, directions),
        LayerVectors.perLayer(dModel, means),
        LayerVectors.perLayer(dModel, spans));
  }

  /// The strongest directions of the differences of harmful and harmless prompts, pair by pair.
  private void subspace(float[] rows, int layer, int harmful, int pairs, float... spans) {
    double[] differences = new double[pairs * dModel];
    for (int pair = 0; pair < pairs; pair++) {
      for (int i = 0; i < dModel; i++) {
        differences[pair * dModel + i] =
            rows[pair * dModel + i] - (double) rows[(harmful + pair) * dModel + i];
      }
    }
    double[][] found =
        SingularDirections.of(new Matrix(pairs, dModel, differences), LayerDirections.SUBSPACE)
            .directions();
    for (int rank = 0; rank < found.length; rank++) {
      int from = (layer * LayerDirections.SUBSPACE + rank) * dModel;
      for (int i = 0; i < dModel; i++) {
        spans[from + i] = (float) found[rank][i];
      }
    }
  }

  private void fill(float[] rows, int layer, int harmful, float[] directions, float... means) {
    int count = rows.length / dModel;
    double moved = 0;
    double length = 0;
    for (int i = 0; i < dModel; i++) {
      double high = 0;
      double low = 0;
      for (int row = 0; row < count; row++) {
        double value = rows[row * dModel + i];
        high += row < harmful ? value : 0;
        low += row < harmful ? 0 : value;
      }
      double mean = low / (count - harmful);
      means[layer * dModel + i] = (float) mean;
      directions[layer * dModel + i] = (float) (high / harmful - mean);
      moved += Math.pow(directions[layer * dModel + i], 2);
      length += mean * mean;
    }
    if (moved <= ROUNDING * ROUNDING * length) {
      Arrays.fill(directions, layer * dModel, (layer + 1) * dModel, 0);
    }
  }

  /// Random directions in place of the given ones; the means stay.
  LayerDirections random(LayerDirections given, SplittableRandom random) {
    float[] directions = new float[nLayers * dModel];
    for (int i = 0; i < directions.length; i++) {
      directions[i] = (float) random.nextGaussian();
    }
    return new LayerDirections(LayerVectors.perLayer(dModel, directions), given.harmlessMeans());
  }
}
