package org.demur.model.intervention;

import java.util.Random;

/// Vectors of tests and plain arithmetic on them.
final class Vectors {
  private Vectors() {}

  static float[] numbers(int count, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  static LayerVectors random(int width, long seed) {
    return LayerVectors.same(numbers(width, seed));
  }

  /// `h . r` of every token of `[token, width]`.
  static double[] projections(float[] values, float[] unit) {
    double[] projections = new double[values.length / unit.length];
    for (int i = 0; i < values.length; i++) {
      projections[i / unit.length] += (double) values[i] * unit[i % unit.length];
    }
    return projections;
  }

  /// Largest absolute `h . r` of a token.
  static double largestProjection(float[] values, float[] unit) {
    double largest = 0;
    for (double projection : projections(values, unit)) {
      largest = Math.max(largest, Math.abs(projection));
    }
    return largest;
  }

  /// Length of each token's vector in `[token, width]`.
  static double[] lengths(float[] values, int width) {
    double[] lengths = new double[values.length / width];
    for (int i = 0; i < values.length; i++) {
      lengths[i / width] += (double) values[i] * values[i];
    }
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = Math.sqrt(lengths[i]);
    }
    return lengths;
  }

  static float[] minus(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
