package org.demur.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Layers on the command line: `A`, `A-B` or `A-B:STEP`, ends included.
final class LayerRange {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5})(?::(\\d{1,5}))?)?");

  private LayerRange() {}

  /// The layers that are meant.
  ///
  /// @param count number of layers; they count from 0
  /// @throws CliException with [org.demur.core.ErrorCode#USAGE]
  static List<Integer> parse(String text, int count) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw CliException.usage(
          "--layers takes A, A-B or A-B:STEP, as in 8-20:2; got \"%s\"".formatted(text));
    }
    int first = Integer.parseInt(parts.group(1));
    int last = parts.group(2) == null ? first : Integer.parseInt(parts.group(2));
    int step = parts.group(3) == null ? 1 : Integer.parseInt(parts.group(3));
    if (first > last || last >= count || step < 1) {
      throw CliException.usage(
          "--layers %s is empty or outside of the layers 0 to %d".formatted(text, count - 1));
    }
    List<Integer> layers = new ArrayList<>();
    for (int layer = first; layer <= last; layer += step) {
      layers.add(layer);
    }
    return layers;
  }

  /// About `wanted` layers at equal distances over all of them.
  static List<Integer> spread(int count, int wanted) {
    return parse(
        "0-%d:%d".formatted(count - 1, Math.max(1, Math.round((float) count / wanted))), count);
  }
}
