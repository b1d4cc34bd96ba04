package org.demur.stats;

import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/// The two directions along which rows vary most, for a picture of activations.
///
/// The columns are centred and not scaled. The sign of a component is free; here its coordinate of
/// largest magnitude is positive, so that two runs show the same picture.
///
/// **Shapes**: `mean` and each of `components` `[columns]`.
///
/// @param mean mean of each column
/// @param components two orthonormal directions, the stronger first
/// @param explainedShare share of the variance along each, in [0, 1]
public record PrincipalComponents(double[] mean, double[][] components, double[] explainedShare) {
  /// Components that are computed.
  public static final int COUNT = 2;

  private static final int MAX_SIDE = 1_024;

  /// Fits the components to at least three rows of at least two columns.
  ///
  /// Works on the smaller of the row and the column Gram matrix, at most 1,024 wide.
  ///
  /// @throws StatsException when there are too few rows, too many, or values that are not finite
  public static PrincipalComponents fit(Matrix data) {
    if (data.rows() <= COUNT || data.columns() < COUNT) {
      throw new StatsException(
          "principal components need at least 3 rows and 2 columns, not %d and %d"
              .formatted(data.rows(), data.columns()));
    }
    if (Math.min(data.rows(), data.columns()) > MAX_SIDE) {
      throw new StatsException(
          "principal components of %d rows and %d columns are too large; take at most %d rows"
              .formatted(data.rows(), data.columns(), MAX_SIDE));
    }
    Samples.requireFinite("the matrix", data.values());
    double[] mean = columnMeans(data);
    double[][] centred = centred(data, mean);
    double total = squaredNorm(centred);
    boolean byRows = data.rows() <= data.columns();
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(
            new Array2DRowRealMatrix(gram(byRows ? centred : transposed(centred)), false));
    double[][] components = new double[COUNT][];
    double[] share = new double[COUNT];
    for (int index = 0; index < COUNT; index++) {
      double[] vector = eigen.getEigenvector(index).toArray();
      components[index] = direction(byRows ? combined(centred, vector) : vector, components, index);
      share[index] = total > 0 ? Math.clamp(eigen.getEigenvalue(index) / total, 0.0, 1.0) : 0;
    }
    return new PrincipalComponents(mean, components, share);
  }

  /// Coordinates of rows along the two components: `[rows, 2]`.
  ///
  /// @throws StatsException when the number of columns is not that of the fit
  public Matrix project(Matrix data) {
    if (data.columns() != mean.length) {
      throw new StatsException(
          "the components have %d columns, the rows have %d"
              .formatted(mean.length, data.columns()));
    }
    double[][] centred = centred(data, mean);
    double[] places = new double[data.rows() * COUNT];
    for (int row = 0; row < data.rows(); row++) {
      for (int index = 0; index < COUNT; index++) {
        places[row * COUNT + index] = dot(centred[row], components[index]);
      }
    }
    return new Matrix(data.rows(), COUNT, places);
  }

  private static double[] columnMeans(Matrix data) {
    double[] mean = new double[data.columns()];
    for (int index = 0; index < data.values().length; index++) {
      mean[index % mean.length] += data.values()[index];
    }
    return Arrays.stream(mean).map(sum -> sum / data.rows()).toArray();
  }

  private static double[][] centred(Matrix data, double[] mean) {
    double[][] centred = new double[data.rows()][];
    for (int row = 0; row < centred.length; row++) {
      centred[row] = data.row(row);
      for (int column = 0; column < mean.length; column++) {
        centred[row][column] -= mean[column];
      }
    }
    return centred;
  }

  private static double[][] gram(double[][] vectors) {
    double[][] gram = new double[vectors.length][vectors.length];
    for (int first = 0; first < vectors.length; first++) {
      for (int second = 0; second <= first; second++) {
        gram[first][second] = dot(vectors[first], vectors[second]);
        gram[second][first] = gram[first][second];
      }
    }
    return gram;
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < transposed.length; column++) {
        transposed[column][row] = matrix[row][column];
      }
    }
    return transposed;
  }

  private static double[] combined(double[][] rows, double[] coefficients) {
    double[] sum = new double[rows[0].length];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < sum.length; column++) {
        sum[column] += coefficients[row] * rows[row][column];
      }
    }
    return sum;
  }

  /// Unit length, orthogonal to the components before it, largest coordinate positive; zero where
  /// the rows do not vary in a second direction.
  private static double[] direction(double[] vector, double[][] before, int count) {
    double[] unit = vector.clone();
    double length = Math.sqrt(dot(unit, unit));
    for (int index = 0; index < count; index++) {
      double along = dot(unit, before[index]);
      for (int column = 0; column < unit.length; column++) {
        unit[column] -= along * before[index][column];
      }
    }
    double rest = Math.sqrt(dot(unit, unit));
    if (!(rest > 1e-9 * length)) {
      return new double[unit.length];
    }
    double largest = 0;
    for (double value : unit) {
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    double scale = Math.copySign(1 / rest, largest);
    return Arrays.stream(unit).map(value -> value * scale).toArray();
  }

  private static double squaredNorm(double[][] rows) {
    double sum = 0;
    for (double[] row : rows) {
      sum += dot(row, row);
    }
    return sum;
  }

  private static double dot(double[] first, double[] second) {
    double sum = 0;
    for (int index = 0; index < first.length; index++) {
      sum += first[index] * second[index];
    }
    return sum;
  }
}
