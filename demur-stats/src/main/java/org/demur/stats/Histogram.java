package org.demur.stats;

import java.util.Arrays;

/// Counts of values in bins of equal width.
///
/// @param low lower edge of the first bin
/// @param high upper edge of the last bin, which belongs to it
/// @param counts values in each bin, from low to high
public record Histogram(double low, double high, int[] counts) {
  private static final int MAX_BINS = 10_000;

  /// Bins from the smallest to the largest value; when all are equal, one unit around them.
  ///
  /// @throws StatsException without values, or with values that are not finite
  public static Histogram of(double[] values, int bins) {
    Samples.requireFinite("the histogram", values);
    double low = Arrays.stream(values).min().orElseThrow();
    double high = Arrays.stream(values).max().orElseThrow();
    return low < high ? of(values, bins, low, high) : of(values, bins, low - 0.5, high + 0.5);
  }

  /// Bins between given edges, so that two histograms can share them; values outside count in the
  /// nearest bin.
  public static Histogram of(double[] values, int bins, double low, double high) {
    Samples.requireFinite("the histogram", values);
    if (bins < 1 || bins > MAX_BINS || !(low < high)) {
      throw new StatsException(
          "a histogram of %d bins from %s to %s cannot be made; 1 to %d bins and low < high are"
                  .formatted(bins, low, high, MAX_BINS)
              + " accepted");
    }
    int[] counts = new int[bins];
    for (double value : values) {
      double place = Math.floor((value - low) / (high - low) * bins);
      counts[(int) Math.clamp(place, 0.0, bins - 1.0)]++;
    }
    return new Histogram(low, high, counts);
  }

  /// Lower edge of bin `bin`; `edge(counts().length)` is the upper edge of the last one.
  public double edge(int bin) {
    return low + (high - low) * bin / counts.length;
  }

  /// Values in all bins.
  public int n() {
    return Arrays.stream(counts).sum();
  }
}
