package org.demur.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the known name that a mistyped one probably meant.
public final class Suggestions {
  private static final int MAX_LENGTH = 200;

  private Suggestions() {}

  /// The candidate with the smallest edit distance to `name`, if at most a third of it (at least
  /// two characters) differs.
  public static Optional<String> nearest(String name, Collection<String> candidates) {
    int bound = Math.max(2, name.length() / 3);
    return candidates.stream()
        .filter(candidate -> Math.abs(candidate.length() - name.length()) <= bound)
        .min(
            Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .filter(candidate -> distance(name, candidate) <= bound);
  }

  /// `; did you mean "x"?` for the nearest candidate, or the empty string when none is near.
  public static String hint(String name, Collection<String> candidates) {
    return nearest(name, candidates).map(near -> "; did you mean \"" + near + "\"?").orElse("");
  }

  private static int distance(String first, String second) {
    if (first.length() > MAX_LENGTH || second.length() > MAX_LENGTH) {
      return first.equals(second) ? 0 : Integer.MAX_VALUE;
    }
    int[] previous = new int[second.length() + 1];
    for (int column = 0; column < previous.length; column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= first.length(); row++) {
      int[] current = new int[second.length() + 1];
      current[0] = row;
      for (int column = 1; column < current.length; column++) {
        int replace = first.charAt(row - 1) == second.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                previous[column - 1] + replace,
                1 + Math.min(previous[column], current[column - 1]));
      }
      previous = current;
    }
    return previous[second.length()];
  }
}
