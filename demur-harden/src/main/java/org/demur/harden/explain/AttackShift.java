package org.demur.harden.explain;

import org.demur.report.Measured;

/// A2 at one layer: how far requests move on the mean, and the cosine of that with -u.
///
/// Only products of shifts are kept, so that resampling requests costs little.
final class AttackShift {
  private final double[] against;
  private final double[][] products;

  /// @param shifts of each request, `[request, dModel]`
  /// @param unit u, `[dModel]`
  AttackShift(double[][] shifts, double... unit) {
    int n = shifts.length;
    against = new double[n];
    products = new double[n][n];
    for (int i = 0; i < n; i++) {
      against[i] = -Readings.dot(shifts[i], unit);
      for (int j = 0; j <= i; j++) {
        products[i][j] = Readings.dot(shifts[i], shifts[j]);
        products[j][i] = products[i][j];
      }
    }
  }

  int requests() {
    return against.length;
  }

  /// Cosine of the mean shift of some requests with -u, in [-1, 1]; 0 where nothing moved.
  double cosine(int... requests) {
    double along = 0;
    double square = 0;
    for (int i : requests) {
      along += against[i];
      for (int j : requests) {
        square += products[i][j];
      }
    }
    return square > 0 ? along / Math.sqrt(square) : 0;
  }

  Measured cosine(Summaries summaries) {
    return summaries.statistic(requests(), this::cosine);
  }

  /// Cosine of this shift minus that of another one of the same requests.
  Measured over(AttackShift other, Summaries summaries) {
    return summaries.statistic(requests(), rows -> cosine(rows) - other.cosine(rows));
  }
}
