package org.demur.guard;

import org.demur.core.ErrorCode;
import org.demur.directions.DirectionTable;
import org.demur.directions.ResidualRow;

/// Scores prompts by whether their hidden states lie nearer to harmful or to harmless ones.
///
/// The score of row l is `cos(h, mean harmful) - cos(h, mean harmless)`; the belief of harmfulness
/// D_h is its mean over the rows. Nothing is computed beyond the prompt's own prefill.
///
/// **Source.** Zhao et al. 2025, equations 2 to 4.
public final class LatentGuard {
  private final GuardSettings settings;
  private final int rows;
  private final int dModel;
  private final int lastRow;
  private final double[][] positive;
  private final double[][] negative;
  private final double[][] shift;

  /// Makes a guard.
  ///
  /// @throws GuardException with [ErrorCode#FILE_FORMAT] when a side has no prompts, with
  ///   [ErrorCode#USAGE] when the window does not fit the model
  public LatentGuard(CentroidSet centroids, GuardSettings settings) {
    centroids.requireBoth();
    this.settings = settings;
    this.rows = centroids.positive().rows();
    this.dModel = centroids.positive().dModel();
    this.lastRow = settings.lastRow().orElse(rows - 1);
    if (lastRow >= rows || settings.firstRow() >= rows) {
      throw new GuardException(
          ErrorCode.USAGE,
          "the layer window ends at row %d, but the model has rows 0 to %d"
              .formatted(Math.max(lastRow, settings.firstRow()), rows - 1));
    }
    this.positive = rowsOf(centroids.positive().mean());
    this.negative = rowsOf(centroids.negative().mean());
    this.shift = new double[rows][dModel];
    if (settings.mode() != GuardSettings.Mode.COSINE) {
      centre();
    }
  }

  private double[][] rowsOf(DirectionTable means) {
    double[] values = means.values();
    double[][] vectors = new double[rows][dModel];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * dModel, vectors[row], 0, dModel);
    }
    return vectors;
  }

  private void centre() {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < dModel; i++) {
        double middle = (positive[row][i] + negative[row][i]) / 2;
        shift[row][i] = middle;
        positive[row][i] -= middle;
        negative[row][i] -= middle;
      }
    }
  }

  /// The settings.
  public GuardSettings settings() {
    return settings;
  }

  /// Scores a prompt.
  ///
  /// @param residuals the residual stream of the prompt
  /// @param spot which of its tokens to look at: the one that the centroids are of
  public GuardScore score(ResidualRow residuals, int spot) {
    double[] byRow = new double[rows];
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      byRow[row] = score(residuals.values(), residuals.offset(spot, row), row);
      sum += row >= settings.firstRow() && row <= lastRow ? byRow[row] : 0;
    }
    double mean = sum / (lastRow - settings.firstRow() + 1);
    return new GuardScore(mean, byRow, mean >= settings.threshold());
  }

  private double score(float[] values, int from, int row) {
    double toPositive = 0;
    double toNegative = 0;
    double squared = 0;
    for (int i = 0; i < dModel; i++) {
      double h = values[from + i] - shift[row][i];
      toPositive += h * positive[row][i];
      toNegative += h * negative[row][i];
      squared += h * h;
    }
    double lengthPositive = length(positive[row]);
    double lengthNegative = length(negative[row]);
    if (settings.mode() == GuardSettings.Mode.PROJECTION) {
      return lengthPositive == 0 ? 0 : toPositive / (lengthPositive * lengthPositive);
    }
    double h = Math.sqrt(squared);
    return cosine(toPositive, h, lengthPositive) - cosine(toNegative, h, lengthNegative);
  }

  /// A vector of length 0 points nowhere, which is as far from one centroid as from the other.
  private static double cosine(double dot, double first, double second) {
    double lengths = first * second;
    return lengths == 0 ? 0 : dot / lengths;
  }

  private static double length(double... vector) {
    double sum = 0;
    for (double value : vector) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
