package org.demur.eval.baseline;

import java.util.stream.IntStream;
import org.demur.stats.Bootstrap;
import org.demur.stats.Estimate;

/// The scores that one baseline gives to the test rows.
///
/// @param name `bag-of-words`, `length`, `last-word` or `shuffled-labels`
/// @param scores one for each test row, in their order; higher means positive
/// @param positive the class of each test row
public record SurfaceScores(String name, double[] scores, boolean[] positive) {
  /// Scores of the positive rows in their order, as a paired bootstrap needs them.
  public double[] positives() {
    return of(true);
  }

  /// Scores of the negative rows in their order.
  public double[] negatives() {
    return of(false);
  }

  /// AUROC on the test rows with its stratified interval.
  ///
  /// @throws org.demur.stats.StatsException when the test rows are of one class
  public Estimate auroc(Bootstrap bootstrap) {
    return bootstrap.auroc(positives(), negatives());
  }

  private double[] of(boolean wanted) {
    return IntStream.range(0, scores.length)
        .filter(row -> positive[row] == wanted)
        .mapToDouble(row -> scores[row])
        .toArray();
  }
}
