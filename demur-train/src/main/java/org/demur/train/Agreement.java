package org.demur.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.tensor.workers.Workers;

/// Compares what the workers of a training were started with.
public final class Agreement {
  private static final String BETWEEN_ENTRIES = "\u0000";
  private static final String BETWEEN_NAME_AND_VALUE = "\u0001";

  private Agreement() {}

  /// Checks that all workers have the same values; all of them must ask.
  ///
  /// @param own values of this worker by name; neither has control characters
  /// @throws TrainException with [ErrorCode#WORKERS] at every worker, when one of them has other
  ///   values than the first; the differences are listed
  public static void require(Workers workers, Map<String, String> own) {
    List<String> entries = new ArrayList<>();
    own.forEach((name, value) -> entries.add(name + BETWEEN_NAME_AND_VALUE + value));
    List<String> all = workers.texts(String.join(BETWEEN_ENTRIES, entries));
    Map<String, String> first = read(all.getFirst());
    List<String> differences = new ArrayList<>();
    for (int rank = 1; rank < all.size(); rank++) {
      compare(rank, read(all.get(rank)), first, differences);
    }
    if (!differences.isEmpty()) {
      throw new TrainException(
          ErrorCode.WORKERS,
          "the workers do not work on the same training: " + String.join("; ", differences));
    }
  }

  private static SequencedMap<String, String> read(String text) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (String entry : text.split(BETWEEN_ENTRIES, -1)) {
      int at = entry.indexOf(BETWEEN_NAME_AND_VALUE);
      values.put(entry.substring(0, Math.max(0, at)), entry.substring(at + 1));
    }
    return values;
  }

  private static void compare(
      int rank, Map<String, String> theirs, Map<String, String> first, List<String> differences) {
    TreeSet<String> names = new TreeSet<>(first.keySet());
    names.addAll(theirs.keySet());
    for (String name : names) {
      String here = first.getOrDefault(name, "not set");
      String there = theirs.getOrDefault(name, "not set");
      if (!here.equals(there)) {
        differences.add("%s is %s at worker 0, %s at worker %d".formatted(name, here, there, rank));
      }
    }
  }
}
