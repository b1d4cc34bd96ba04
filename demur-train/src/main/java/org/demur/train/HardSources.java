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
  private final float[] nats;

  /// All layers of a model that an attacker chooses from, alike.
  HardSources(int nLayers) {
    first = RefusalAblations.firstLayer(nLayers);
    nats = new float[RefusalAblations.lastLayer(nLayers) - first + 1];
  }

  /// Draws a layer.
  int drawn(SplittableRandom random) {
    double[] likely = new double[nats.length];
    for (int i = 0; i < nats.length; i++) {
      likely[i] = Math.exp(nats[i] / TEMPERATURE);
    }
    double sum = Arrays.stream(likely).sum();
    double left = random.nextDouble();
    for (int i = 0; i < nats.length; i++) {
      left -= EXPLORED / nats.length + (1 - EXPLORED) * likely[i] / sum;
      if (left < 0) {
        return first + i;
      }
    }
    return first + nats.length - 1;
  }

  /// Remembers how a refusal without the direction of a layer went.
  ///
  /// @param found nats per token, of the first tokens
  void saw(int layer, double found) {
    for (int i = 0; i < nats.length; i++) {
      double weight = MEMORY * Math.exp(-Math.abs(first + i - layer) / REACH);
      nats[i] += (float) (weight * (Math.min(found, MOST) - nats[i]));
    }
  }

  /// Means by layer, for a checkpoint.
  LayerVectors state() {
    return LayerVectors.perLayer(1, nats);
  }

  /// Goes on with the means of a checkpoint.
  void continueWith(LayerVectors state) {
    for (int i = 0; i < nats.length; i++) {
      nats[i] = state.at(i)[0];
    }
  }
}
