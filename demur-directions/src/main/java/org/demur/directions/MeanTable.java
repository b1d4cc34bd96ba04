package org.demur.directions;

/// Means of residual streams, kept as sums and counts in double precision, so that means of parts
/// can be joined.
///
/// **Shapes.** sums `[spot, row, dModel]`, see [ResidualRow].
///
/// **Source.** Arditi et al. 2024: means over prompts are accumulated in float64.
public final class MeanTable {
  private final int spots;
  private final int rows;
  private final int dModel;
  private final double[] sums;
  private long count;

  /// Makes a table of no prompts.
  public MeanTable(int spots, int rows, int dModel) {
    this(spots, rows, dModel, new double[Math.multiplyExact(spots * rows, dModel)], 0);
  }

  /// Makes a table of given sums.
  ///
  /// @param sums `[spot, row, dModel]`, copied
  /// @param count number of prompts in them
  public MeanTable(int spots, int rows, int dModel, double[] sums, long count) {
    if (sums.length != spots * rows * dModel || count < 0) {
      throw new IllegalArgumentException(
          "%d sums of %d prompts do not fill [%d, %d, %d]"
              .formatted(sums.length, count, spots, rows, dModel));
    }
    this.spots = spots;
    this.rows = rows;
    this.dModel = dModel;
    this.sums = sums.clone();
    this.count = count;
  }

  /// Adds one prompt.
  public void add(ResidualRow row) {
    requireShape(row.spots(), row.rows(), row.dModel());
    float[] values = row.values();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
    count++;
  }

  /// Adds the prompts of another table.
  public void merge(MeanTable other) {
    requireShape(other.spots, other.rows, other.dModel);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    count += other.count;
  }

  private void requireShape(int otherSpots, int otherRows, int otherWidth) {
    if (otherSpots != spots || otherRows != rows || otherWidth != dModel) {
      throw new IllegalArgumentException(
          "a table of [%d, %d, %d] cannot take [%d, %d, %d]"
              .formatted(spots, rows, dModel, otherSpots, otherRows, otherWidth));
    }
  }

  /// Number of tokens per prompt.
  public int spots() {
    return spots;
  }

  /// nLayers + 1.
  public int rows() {
    return rows;
  }

  /// Width of the residual stream.
  public int dModel() {
    return dModel;
  }

  /// Number of prompts.
  public long count() {
    return count;
  }

  /// A copy of the sums, `[spot, row, dModel]`.
  public double[] sums() {
    return sums.clone();
  }

  /// The means, `[spot, row, dModel]`.
  ///
  /// @throws IllegalStateException when no prompt was added
  public DirectionTable mean() {
    if (count == 0) {
      throw new IllegalStateException("no prompt was added, so there is no mean");
    }
    double[] means = new double[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = sums[i] / count;
    }
    return new DirectionTable(spots, rows, dModel, means);
  }

  /// Difference in means: this table's means minus the other's, not normalised.
  public DirectionTable minus(MeanTable other) {
    return mean().minus(other.mean());
  }
}
