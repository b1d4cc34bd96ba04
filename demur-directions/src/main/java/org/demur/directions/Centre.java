package org.demur.directions;

import java.util.Arrays;
import java.util.List;

/// How the middle of a cloud of hidden states is computed.
///
/// A few coordinates of some models hold values hundreds of times larger than the rest (massive
/// activations), and a few prompts with such values can decide a plain mean.
public enum Centre {
  /// The arithmetic mean, as in the papers.
  MEAN {
    @Override
    void centre(double[][] points, double[] result) {
      mean(points, result);
    }
  },
  /// The mean after moving, per coordinate, the lowest and highest 5 % to the 5th and 95th
  /// percentile (nearest rank).
  WINSORISED {
    @Override
    void centre(double[][] points, double[] result) {
      double[] column = new double[points.length];
      int cut = (int) Math.floor(TAIL * points.length);
      for (int i = 0; i < result.length; i++) {
        for (int row = 0; row < points.length; row++) {
          column[row] = points[row][i];
        }
        Arrays.sort(column);
        double sum = 0;
        for (int row = 0; row < column.length; row++) {
          sum += column[Math.clamp(row, cut, column.length - 1 - cut)];
        }
        result[i] = sum / column.length;
      }
    }
  },
  /// The point with the smallest sum of distances, by Weiszfeld's iteration from the mean.
  GEOMETRIC_MEDIAN {
    @Override
    void centre(double[][] points, double[] result) {
      mean(points, result);
      for (int step = 0; step < STEPS; step++) {
        if (weiszfeld(points, result) < TOLERANCE) {
          return;
        }
      }
    }
  };

  private static final double TAIL = 0.05;
  private static final int STEPS = 200;
  private static final double TOLERANCE = 1e-9;

  abstract void centre(double[][] points, double[] result);

  private static void mean(double[][] points, double[] result) {
    Arrays.fill(result, 0);
    for (double[] point : points) {
      for (int i = 0; i < result.length; i++) {
        result[i] += point[i];
      }
    }
    for (int i = 0; i < result.length; i++) {
      result[i] /= points.length;
    }
  }

  /// One step; returns how far the point moved in relation to the mean distance.
  private static double weiszfeld(double[][] points, double[] at) {
    double[] next = new double[at.length];
    double weights = 0;
    double distances = 0;
    for (double[] point : points) {
      double distance = distance(point, at);
      distances += distance;
      // A point that lies on the estimate would get an endless weight.
      double weight = 1 / Math.max(distance, Double.MIN_NORMAL * 1e10);
      weights += weight;
      for (int i = 0; i < at.length; i++) {
        next[i] += weight * point[i];
      }
    }
    for (int i = 0; i < at.length; i++) {
      next[i] /= weights;
    }
    double moved = distance(next, at);
    System.arraycopy(next, 0, at, 0, at.length);
    return distances == 0 ? 0 : moved * points.length / distances;
  }

  private static double distance(double[] first, double[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      double difference = first[i] - second[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /// The centre of prompts at every token and row.
  ///
  /// @param prompts at least one, all of one shape
  public DirectionTable of(List<ResidualRow> prompts) {
    ResidualRow shape = prompts.getFirst();
    int dModel = shape.dModel();
    double[] centres = new double[shape.values().length];
    double[][] points = new double[prompts.size()][dModel];
    double[] result = new double[dModel];
    for (int start = 0; start < centres.length; start += dModel) {
      for (int row = 0; row < points.length; row++) {
        float[] values = prompts.get(row).values();
        for (int i = 0; i < dModel; i++) {
          points[row][i] = values[start + i];
        }
      }
      centre(points, result);
      System.arraycopy(result, 0, centres, start, dModel);
    }
    return new DirectionTable(shape.spots(), shape.rows(), dModel, centres);
  }
}
