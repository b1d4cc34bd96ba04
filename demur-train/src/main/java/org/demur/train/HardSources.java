package org.demur.train;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.demur.attacks.RefusalAblations;
import org.demur.model.intervention.LayerVectors;

/// Layers whose directions are ablated, those without which the model now fails more often.
///
/// An attacker takes the worst layer, so a defence that meets all layers alike meets the one that
/// counts too rarely (`docs/log.md` has the figures). How a model fares is read off the rows that
/// are trained anyway: nats of the first tokens of a refusal without a layer's direction, averaged
/// over time and over neighbouring layers, whose directions are alike. Half of the draws are the
/// same for all layers, so that none is forgotten. A choice of ours, not the paper's.
final class HardSources {
  /// Part of the draws that takes all layers alike.
  private static final double EXPLORED = 0.5;

  /// Nats between two layers that make one `e` times as likely as the other.
  private static final double TEMPERATURE = 0.25;

  /// Weight of a new row in the mean of its layer.
  private static final double MEMORY = 0.15;

  /// More nats than this say no more: whoever gives a refusal's first tokens so little does not
  /// refuse.
  private static final double MOST = 10;

  /// Layers over which that weight falls to `1/e`.
  private static final double REACH = 2;

  private final int first;

  /// Weighted sums of what was seen, and the weights in them: `sums / weights` is a mean that does
  /// not begin at zero, which would make the first layer that is seen look hard.
  private final float[] sums;

  private final float[] weights;

  /// All layers of a model that an attacker chooses from, alike.
  HardSources(int nLayers) {
    first = RefusalAblations.firstLayer(nLayers);
    sums = new float[RefusalAblations.lastLayer(nLayers) - first + 1];
    weights = new float[sums.length];
  }

  /// Draws a layer.
  int drawn(SplittableRandom random) {
    double[] likely = new double[sums.length];
    for (int i = 0; i < sums.length; i++) {
      likely[i] = Math.exp(mean(i) / TEMPERATURE);
    }
    double sum = Arrays.stream(likely).sum();
    double left = random.nextDouble();
    for (int i = 0; i < sums.length; i++) {
      left -= EXPLORED / sums.length + (1 - EXPLORED) * likely[i] / sum;
      if (left < 0) {
        return first + i;
      }
    }
    return first + sums.length - 1;
  }

  /// The mean of a layer; of all layers where it was not seen.
  private double mean(int layer) {
    if (weights[layer] > 0) {
      return sums[layer] / weights[layer];
    }
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += sums[i];
      weight += weights[i];
    }
    return weight > 0 ? sum / weight : 0;
  }

  /// Remembers how a refusal without the direction of a layer went.
  ///
  /// @param found nats per token, of the first tokens
  void saw(int layer, double found) {
    for (int i = 0; i < sums.length; i++) {
      double weight = MEMORY * Math.exp(-Math.abs(first + i - layer) / REACH);
      sums[i] += (float) (weight * (Math.min(found, MOST) - sums[i]));
      weights[i] += (float) (weight * (1 - weights[i]));
    }
  }

  /// Sums, then weights, by layer, for a checkpoint.
  LayerVectors state() {
    float[] both = Arrays.copyOf(sums, 2 * sums.length);
    System.arraycopy(weights, 0, both, sums.length, weights.length);
    return LayerVectors.perLayer(1, both);
  }

  /// Goes on with the state of a checkpoint.
  void continueWith(LayerVectors state) {
    float[] both = state.values();
    System.arraycopy(both, 0, sums, 0, sums.length);
    System.arraycopy(both, sums.length, weights, 0, weights.length);
  }
}
