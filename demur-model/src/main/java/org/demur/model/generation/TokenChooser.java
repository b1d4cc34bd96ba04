package org.demur.model.generation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Chooses the tokens of one row by [Sampling].
final class TokenChooser {
  private final Sampling sampling;
  private final SplittableRandom random;
  private final Set<Integer> seen = new TreeSet<>();

  /// @param row place of the row, which selects its stream of random numbers
  TokenChooser(Sampling sampling, int row, int[] prompt) {
    this.sampling = sampling;
    this.random = new SplittableRandom(sampling.seed() * 0x9E3779B97F4A7C15L + row);
    for (int id : prompt) {
      seen.add(id);
    }
  }

  /// The next token; `logits` are overwritten.
  int choose(float[] logits) {
    penalise(logits);
    int chosen = sampling.greedy() ? best(logits) : sample(logits);
    seen.add(chosen);
    return chosen;
  }

  private void penalise(float[] logits) {
    double penalty = sampling.repetitionPenalty();
    if (penalty != 1) {
      for (int id : seen) {
        logits[id] *= (float) (logits[id] > 0 ? 1 / penalty : penalty);
      }
    }
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  private int sample(float[] logits) {
    int[] kept = candidates(logits);
    double highest = logits[kept[0]];
    double[] weights = new double[kept.length];
    double total = 0;
    for (int i = 0; i < kept.length; i++) {
      weights[i] = Math.exp((logits[kept[i]] - highest) / sampling.temperature());
      total += weights[i];
    }
    int end = kept.length;
    if (sampling.topP() < 1) {
      double mass = 0;
      end = 0;
      while (end < kept.length && mass < sampling.topP() * total) {
        mass += weights[end++];
      }
      total = mass;
    }
    double draw = random.nextDouble() * total;
    for (int i = 0; i < end - 1; i++) {
      draw -= weights[i];
      if (draw < 0) {
        return kept[i];
      }
    }
    return kept[end - 1];
  }

  /// Ids in falling order of their logits; with a top-k only the best ones and what ties with the
  /// last of them.
  private int[] candidates(float[] logits) {
    int count = sampling.topK() == 0 ? logits.length : Math.min(sampling.topK(), logits.length);
    float threshold = Float.NEGATIVE_INFINITY;
    if (count < logits.length) {
      float[] sorted = logits.clone();
      Arrays.sort(sorted);
      threshold = sorted[sorted.length - count];
    }
    float least = threshold;
    return IntStream.range(0, logits.length)
        .filter(id -> logits[id] >= least && logits[id] > Float.NEGATIVE_INFINITY)
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(id -> -logits[id]).thenComparingInt(id -> id))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
