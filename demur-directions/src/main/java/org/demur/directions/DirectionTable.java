package org.demur.directions;

import java.util.Arrays;

/// A vector for every token and row of the residual stream, `[spot, row, dModel]`: means, or
/// differences of means. Not normalised.
///
/// @param spots number of tokens, see [Spots]
/// @param rows nLayers + 1, see [ResidualRow]
/// @param dModel width
/// @param values the numbers
public record DirectionTable(int spots, int rows, int dModel, double[] values) {
  /// Copies the numbers and checks that they fill the shape.
  public DirectionTable {
    if (values.length != spots * rows * dModel) {
      throw new IllegalArgumentException(
          "%d numbers do not fill [%d, %d, %d]".formatted(values.length, spots, rows, dModel));
    }
    values = values.clone();
  }

  /// A copy of the numbers.
  @Override
  public double[] values() {
    return values.clone();
  }

  private int offset(int spot, int row) {
    return (spot * rows + row) * dModel;
  }

  /// The vector of one token and row, `[dModel]`.
  public float[] vector(int spot, int row) {
    float[] vector = new float[dModel];
    int from = offset(spot, row);
    for (int i = 0; i < dModel; i++) {
      vector[i] = (float) values[from + i];
    }
    return vector;
  }

  /// The vectors of all rows of one token, `[row, dModel]`.
  public float[] rowsOf(int spot) {
    float[] vectors = new float[rows * dModel];
    int from = offset(spot, 0);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) values[from + i];
    }
    return vectors;
  }

  /// The tokens `from` to `to` - 1 alone.
  public DirectionTable part(int from, int to) {
    double[] part = Arrays.copyOfRange(values, offset(from, 0), offset(to, 0));
    return new DirectionTable(to - from, rows, dModel, part);
  }

  /// Euclidean length of one vector.
  public double norm(int spot, int row) {
    return Math.sqrt(dot(spot, row, this, spot));
  }

  /// Share of the squared length that the `k` largest coordinates hold, in [0, 1]; near 1 where
  /// single massive activations make up the direction. 0 for a vector of length 0.
  public double topShare(int spot, int row, int k) {
    int from = offset(spot, row);
    double[] squares = new double[dModel];
    double sum = 0;
    for (int i = 0; i < dModel; i++) {
      squares[i] = values[from + i] * values[from + i];
      sum += squares[i];
    }
    Arrays.sort(squares);
    double top = 0;
    for (int i = dModel - 1; i >= Math.max(0, dModel - k); i--) {
      top += squares[i];
    }
    return sum == 0 ? 0 : top / sum;
  }

  /// Cosine of this table's vector with another table's in the same row, in [-1, 1]; NaN when one
  /// has length 0.
  ///
  /// @param otherSpot token of the other table
  public double cosine(int spot, int row, DirectionTable other, int otherSpot) {
    double lengths = norm(spot, row) * other.norm(otherSpot, row);
    return lengths == 0 ? Double.NaN : dot(spot, row, other, otherSpot) / lengths;
  }

  private double dot(int spot, int row, DirectionTable other, int otherSpot) {
    if (other.dModel != dModel || other.rows != rows) {
      throw new IllegalArgumentException(
          "vectors of [%d, %d] cannot be compared with [%d, %d]"
              .formatted(rows, dModel, other.rows, other.dModel));
    }
    int from = offset(spot, row);
    int otherFrom = other.offset(otherSpot, row);
    double sum = 0;
    for (int i = 0; i < dModel; i++) {
      sum += values[from + i] * other.values[otherFrom + i];
    }
    return sum;
  }

  /// This table minus another of the same shape.
  public DirectionTable minus(DirectionTable other) {
    if (other.values.length != values.length || other.rows != rows || other.spots != spots) {
      throw new IllegalArgumentException(
          "tables of [%d, %d, %d] and [%d, %d, %d] have no difference"
              .formatted(spots, rows, dModel, other.spots, other.rows, other.dModel));
    }
    double[] difference = new double[values.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = values[i] - other.values[i];
    }
    return new DirectionTable(spots, rows, dModel, difference);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DirectionTable table
        && table.spots == spots
        && table.rows == rows
        && Arrays.equals(table.values, values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "DirectionTable[%d, %d, %d]".formatted(spots, rows, dModel);
  }
}
