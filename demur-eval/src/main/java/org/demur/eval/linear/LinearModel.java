package org.demur.eval.linear;

/// A linear score of sparse rows; above 0 means the positive class.
///
/// @param weights one for each column
/// @param bias added to every row
public record LinearModel(double[] weights, double bias) {
  /// `weights . row + bias`; columns beyond the weights do not count.
  public double score(SparseRow row) {
    double sum = bias;
    for (int index = 0; index < row.columns().length; index++) {
      int column = row.columns()[index];
      sum += column < weights.length ? weights[column] * row.values()[index] : 0;
    }
    return sum;
  }
}
