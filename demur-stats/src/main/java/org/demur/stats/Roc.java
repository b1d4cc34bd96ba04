package org.demur.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The receiver operating characteristic of a score: every attainable pair of rates.
///
/// A row is flagged when its score is at least the threshold.
///
/// @param points from the highest threshold, which flags nothing, to the lowest, which flags all
/// @param positives rows of the positive class
/// @param negatives rows of the negative class
public record Roc(List<Point> points, int positives, int negatives) {
  /// What one threshold gives.
  ///
  /// @param threshold rows that score at least this are flagged
  /// @param falsePositiveRate flagged share of the negatives
  /// @param truePositiveRate flagged share of the positives
  public record Point(double threshold, double falsePositiveRate, double truePositiveRate) {}

  /// Copies the list.
  public Roc {
    points = List.copyOf(points);
  }

  /// The curve of the scores of two classes; equal scores make one point.
  ///
  /// @throws StatsException when a class is empty or a score is not finite
  public static Roc of(double[] positives, double[] negatives) {
    Samples.requireFinite("scores of the positive class", positives);
    Samples.requireFinite("scores of the negative class", negatives);
    double[] high = sorted(positives);
    double[] low = sorted(negatives);
    int flaggedHigh = 0;
    int flaggedLow = 0;
    List<Point> points = new ArrayList<>();
    double top = Math.max(high[high.length - 1], low[low.length - 1]);
    points.add(new Point(Math.nextUp(top), 0, 0));
    while (flaggedHigh < high.length || flaggedLow < low.length) {
      double threshold = Math.max(next(high, flaggedHigh), next(low, flaggedLow));
      flaggedHigh = flagged(high, flaggedHigh, threshold);
      flaggedLow = flagged(low, flaggedLow, threshold);
      points.add(
          new Point(
              threshold, (double) flaggedLow / low.length, (double) flaggedHigh / high.length));
    }
    return new Roc(points, high.length, low.length);
  }

  /// The greatest true positive rate of a threshold whose false positive rate is at most
  /// `falsePositiveRate`; no interpolation between attainable points.
  public double tprAtFpr(double falsePositiveRate) {
    return pointAtFpr(falsePositiveRate).truePositiveRate();
  }

  /// The lowest threshold whose false positive rate is at most `falsePositiveRate`.
  ///
  /// When even the highest score belongs to too many negatives, it lies just above that score and
  /// flags none of the rows.
  public double thresholdAtFpr(double falsePositiveRate) {
    return pointAtFpr(falsePositiveRate).threshold();
  }

  /// The area under the curve by trapezoids; equals [Auroc#of].
  public double area() {
    double area = 0;
    for (int index = 1; index < points.size(); index++) {
      Point from = points.get(index - 1);
      Point to = points.get(index);
      area +=
          (to.falsePositiveRate() - from.falsePositiveRate())
              * (from.truePositiveRate() + to.truePositiveRate())
              / 2;
    }
    return area;
  }

  private Point pointAtFpr(double bound) {
    if (!(bound >= 0 && bound <= 1)) {
      throw new StatsException(
          "the false positive rate is %s; a number from 0 to 1 is needed".formatted(bound));
    }
    Point best = points.getFirst();
    for (Point point : points) {
      if (point.falsePositiveRate() <= bound) {
        best = point;
      }
    }
    return best;
  }

  /// Ascending; adding 0.0 makes -0.0 to 0.0.
  private static double[] sorted(double[] scores) {
    return Arrays.stream(scores).map(score -> score + 0.0).sorted().toArray();
  }

  private static double next(double[] ascending, int flagged) {
    return flagged < ascending.length
        ? ascending[ascending.length - 1 - flagged]
        : Double.NEGATIVE_INFINITY;
  }

  private static int flagged(double[] ascending, int flagged, double threshold) {
    int count = flagged;
    while (count < ascending.length && ascending[ascending.length - 1 - count] >= threshold) {
      count++;
    }
    return count;
  }
}
