package org.demur.directions;

import java.util.SplittableRandom;

/// A random direction of a given length, to compare a direction with.
final class RandomDirection {
  private RandomDirection() {}

  /// A vector in a uniformly random direction, as long as another one.
  static float[] like(float[] vector, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[vector.length];
    double drawnSquare = 0;
    double wantedSquare = 0;
    for (int i = 0; i < vector.length; i++) {
      drawn[i] = random.nextGaussian();
      drawnSquare += drawn[i] * drawn[i];
      wantedSquare += (double) vector[i] * vector[i];
    }
    double scale = Math.sqrt(wantedSquare / drawnSquare);
    float[] result = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      result[i] = (float) (drawn[i] * scale);
    }
    return result;
  }
}
