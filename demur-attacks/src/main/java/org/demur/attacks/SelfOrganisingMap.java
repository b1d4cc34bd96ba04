package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A self-organising map: places on a small grid that follow the rows they are nearest to, and pull
/// their neighbours along.
///
/// Refusal is more than one direction when harmful prompts of several kinds lie apart; each place
/// of the map minus the harmless mean is a direction of its own.
///
/// **Source.** Kohonen 1982; its use for refusal directions: arXiv 2511.08379.
final class SelfOrganisingMap {
  private static final int EPOCHS = 40;
  private static final double FIRST_RATE = 0.5;
  private static final double LAST_RATE = 0.02;

  private SelfOrganisingMap() {}

  /// Fits the places to rows.
  ///
  /// @param rows `[row][dModel]`
  /// @param side the grid has `side * side` places
  /// @param random order of the rows
  /// @return the places, `[place][dModel]`
  static List<double[]> fit(List<double[]> rows, int side, SplittableRandom random) {
    List<double[]> places = new ArrayList<>();
    for (int place = 0; place < side * side; place++) {
      places.add(rows.get(random.nextInt(rows.size())).clone());
    }
    int steps = EPOCHS * rows.size();
    for (int step = 0; step < steps; step++) {
      double left = 1 - step / (double) steps;
      double rate = LAST_RATE + (FIRST_RATE - LAST_RATE) * left;
      double radius = Math.max(0.3, side / 2.0 * left);
      double[] row = rows.get(random.nextInt(rows.size()));
      int winner = nearest(places, row);
      for (int place = 0; place < places.size(); place++) {
        pull(places.get(place), row, rate * closeness(place, winner, side, radius));
      }
    }
    return places;
  }

  private static int nearest(List<double[]> places, double... row) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int place = 0; place < places.size(); place++) {
      double[] difference = Vectors.minus(places.get(place), row);
      double distance = Vectors.dot(difference, difference);
      if (distance < least) {
        least = distance;
        best = place;
      }
    }
    return best;
  }

  /// 1 at the winner, falling like a bell with the distance on the grid.
  private static double closeness(int place, int winner, int side, double radius) {
    double down = place / side - winner / side;
    double across = place % side - winner % side;
    return Math.exp(-(down * down + across * across) / (2 * radius * radius));
  }

  private static void pull(double[] place, double[] row, double share) {
    for (int i = 0; i < place.length; i++) {
      place[i] += share * (row[i] - place[i]);
    }
  }
}
