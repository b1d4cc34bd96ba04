package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;

/// Arithmetic of single vectors in double precision.
final class Vectors {
  /// What is left of a vector is rounding below this share of its length.
  private static final double DEPENDENT = 1e-6;

  private Vectors() {}

  static double dot(double[] first, double... second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] * second[i];
    }
    return sum;
  }

  static double[] minus(double[] first, double... second) {
    double[] difference = new double[first.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = first[i] - second[i];
    }
    return difference;
  }

  static float[] floats(double... vector) {
    float[] floats = new float[vector.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) vector[i];
    }
    return floats;
  }

  /// Orthonormal vectors that span the given ones; those that add nothing are left out.
  static List<double[]> basis(List<double[]> vectors) {
    List<double[]> basis = new ArrayList<>();
    for (double[] vector : vectors) {
      double length = Math.sqrt(dot(vector, vector));
      double[] rest = vector.clone();
      // twice, since one pass leaves rounding of the size of what was removed
      for (int pass = 0; pass < 2; pass++) {
        for (double[] known : basis) {
          double along = dot(rest, known);
          for (int i = 0; i < rest.length; i++) {
            rest[i] -= along * known[i];
          }
        }
      }
      double left = Math.sqrt(dot(rest, rest));
      if (left > DEPENDENT * length) {
        for (int i = 0; i < rest.length; i++) {
          rest[i] /= left;
        }
        basis.add(rest);
      }
    }
    return basis;
  }
}
