package org.demur.stats;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/// The directions that carry most of the rows' squared length: right singular vectors.
///
/// The rows are neither centred nor scaled, so that a mean that all rows share counts.
///
/// **Shapes**: each of `directions` `[columns]`.
///
/// @param directions orthonormal, the strongest first
/// @param share of the squared length along each, in [0, 1]
public record SingularDirections(double[][] directions, double[] share) {
  private static final int MAX_ROWS = 1_024;

  /// The strongest directions of rows.
  ///
  /// @param count how many; fewer are given when the rows span fewer
  /// @throws StatsException when there are more than 1,024 rows, the count is below 1, or a value
  ///   is not finite
  public static SingularDirections of(Matrix rows, int count) {
    if (rows.rows() > MAX_ROWS || count < 1) {
      throw new StatsException(
          "%d singular directions of %d rows are asked for; accepted are at least 1 of at most %d rows"
              .formatted(count, rows.rows(), MAX_ROWS));
    }
    Samples.requireFinite("the matrix", rows.values());
    double[][] data = new double[rows.rows()][];
    for (int row = 0; row < data.length; row++) {
      data[row] = rows.row(row);
    }
    SingularValueDecomposition found =
        new SingularValueDecomposition(new Array2DRowRealMatrix(data, false));
    int taken = Math.min(count, found.getRank());
    double total = 0;
    for (double value : found.getSingularValues()) {
      total += value * value;
    }
    double[][] directions = new double[taken][];
    double[] share = new double[taken];
    for (int index = 0; index < taken; index++) {
      directions[index] = found.getV().getColumn(index);
      double value = found.getSingularValues()[index];
      share[index] = value * value / total;
    }
    return new SingularDirections(directions, share);
  }
}
