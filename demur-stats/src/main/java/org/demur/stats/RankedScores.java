package org.demur.stats;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Scores of two classes in groups of equal score, so that AUROC is one pass over the groups.
///
/// Sorting happens once; a resample only counts how often each row was drawn.
final class RankedScores {
  private final int[] positiveGroups;
  private final int[] negativeGroups;
  private final int groups;

  /// Sorts the scores of both classes together.
  RankedScores(double[] positives, double[] negatives) {
    Samples.require("scores of the positive class", positives);
    Samples.require("scores of the negative class", negatives);
    double[] all = Arrays.copyOf(positives, positives.length + negatives.length);
    System.arraycopy(negatives, 0, all, positives.length, negatives.length);
    // Adding 0.0 makes -0.0 to 0.0: equal scores must fall into one group.
    double[] distinct = distinct(Arrays.stream(all).map(score -> score + 0.0).sorted().toArray());
    groups = distinct.length;
    positiveGroups = groupsOf(positives, distinct);
    negativeGroups = groupsOf(negatives, distinct);
  }

  /// Rows of the positive class.
  int positives() {
    return positiveGroups.length;
  }

  /// Rows of the negative class.
  int negatives() {
    return negativeGroups.length;
  }

  /// AUROC of all rows, each counted once.
  double auroc() {
    return auroc(
        IntStream.range(0, positives()).toArray(), IntStream.range(0, negatives()).toArray());
  }

  /// AUROC of a resample: row indices of each class, drawn with replacement.
  double auroc(int[] positiveRows, int[] negativeRows) {
    return auroc(counts(positiveGroups, positiveRows), counts(negativeGroups, negativeRows));
  }

  private static double auroc(long[] positive, long[] negative) {
    long below = 0;
    long wins = 0;
    long ties = 0;
    long positives = 0;
    for (int group = 0; group < positive.length; group++) {
      wins += positive[group] * below;
      ties += positive[group] * negative[group];
      below += negative[group];
      positives += positive[group];
    }
    return (wins + 0.5 * ties) / ((double) positives * below);
  }

  private long[] counts(int[] groupOfRow, int[] drawn) {
    long[] counts = new long[groups];
    for (int row : drawn) {
      counts[groupOfRow[row]]++;
    }
    return counts;
  }

  private static double[] distinct(double[] sorted) {
    double[] distinct = new double[sorted.length];
    int size = 0;
    for (double score : sorted) {
      if (size == 0 || distinct[size - 1] != score) {
        distinct[size++] = score;
      }
    }
    return Arrays.copyOf(distinct, size);
  }

  private static int[] groupsOf(double[] scores, double[] distinct) {
    return Arrays.stream(scores)
        .mapToInt(score -> Arrays.binarySearch(distinct, score + 0.0))
        .toArray();
  }
}
