package org.demur.model.verify;

/// Largest absolute difference between values and their reference, and the largest reference.
final class Difference {
  private double largest;
  private double scale;
  private boolean broken;

  /// Compares more values of the same tensor.
  Difference add(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new IllegalArgumentException(
          actual.length + " values cannot be compared with " + expected.length);
    }
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      broken |= Double.isNaN(difference);
      largest = Math.max(largest, difference);
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return this;
  }

  /// The difference divided by the largest reference; NaN when a value was not a number.
  double relative() {
    if (broken) {
      return Double.NaN;
    }
    return scale == 0 ? largest : largest / scale;
  }
}
