package org.demur.audit;

/// Probability of being harmful as a logistic function of a score, fitted by Newton's method.
///
/// **Source.** Platt 1999, with his smoothed targets, so that separable scores stay finite.
///
/// @param slope change of the log-odds per unit of score
/// @param intercept at score 0
record Platt(double slope, double intercept) {
  private static final int STEPS = 100;
  private static final double RIDGE = 1e-9;

  static Platt fit(double[] harmful, double[] harmless) {
    double high = (harmful.length + 1.0) / (harmful.length + 2.0);
    double low = 1.0 / (harmless.length + 2.0);
    double slope = 0;
    double intercept = Math.log((harmful.length + 1.0) / (harmless.length + 1.0));
    for (int step = 0; step < STEPS; step++) {
      double[] sums = new double[5];
      add(sums, harmful, high, slope, intercept);
      add(sums, harmless, low, slope, intercept);
      double determinant = (sums[2] + RIDGE) * (sums[4] + RIDGE) - sums[3] * sums[3];
      double moveSlope = ((sums[4] + RIDGE) * sums[0] - sums[3] * sums[1]) / determinant;
      double moveIntercept = ((sums[2] + RIDGE) * sums[1] - sums[3] * sums[0]) / determinant;
      slope += moveSlope;
      intercept += moveIntercept;
      if (Math.abs(moveIntercept) < 1e-10 && Math.abs(moveSlope) < 1e-10 * Math.abs(slope)) {
        break;
      }
    }
    return new Platt(slope, intercept);
  }

  /// Adds gradient and curvature of the likelihood.
  private static void add(
      double[] sums, double[] scores, double target, double slope, double intercept) {
    for (double score : scores) {
      double p = 1 / (1 + Math.exp(-(slope * score + intercept)));
      double weight = p * (1 - p);
      sums[0] += (target - p) * score;
      sums[1] += target - p;
      sums[2] += weight * score * score;
      sums[3] += weight * score;
      sums[4] += weight;
    }
  }

  double probability(double score) {
    return 1 / (1 + Math.exp(-(slope * score + intercept)));
  }
}
