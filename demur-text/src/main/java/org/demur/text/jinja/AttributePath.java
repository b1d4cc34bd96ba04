package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks up attributes by paths such as `function.name` or `0.text`, as filters take them.
final class AttributePath {
  private static final int LONGEST_INDEX = 9;

  private AttributePath() {}

  /// A lookup of one path; `None` gives the value itself.
  ///
  /// @param fallback what stands for undefined values on the way, or null
  static Function<Value, Value> getter(Rendering rendering, Value path, @Nullable Value fallback) {
    List<Value> parts = parts(rendering.budget(), path);
    return value -> lookUp(rendering, value, parts, fallback);
  }

  /// A lookup of several paths with commas between them; gives a list.
  static Function<Value, Value> listGetter(
      Rendering rendering, Value paths, Function<Value, Value> change) {
    List<List<Value>> all = new ArrayList<>();
    if (paths instanceof Str text) {
      for (String path : Splitting.on(rendering.budget(), text.text(), ",", -1)) {
        all.add(parts(rendering.budget(), Str.of(path)));
      }
    } else {
      all.add(parts(rendering.budget(), paths));
    }
    return value -> {
      List<Value> found = new ArrayList<>(all.size());
      for (List<Value> parts : all) {
        found.add(change.apply(lookUp(rendering, value, parts, null)));
      }
      return new ListValue(found);
    };
  }

  private static Value lookUp(
      Rendering rendering, Value value, List<Value> parts, @Nullable Value fallback) {
    Value found = value;
    for (Value part : parts) {
      found = Attributes.literalItem(rendering, found, part);
      if (fallback != null && found instanceof Undefined) {
        found = fallback;
      }
    }
    return found;
  }

  private static List<Value> parts(Budget budget, Value path) {
    if (path == Value.None.NONE) {
      return List.of();
    }
    if (!(path instanceof Str text)) {
      return List.of(path);
    }
    List<Value> parts = new ArrayList<>();
    for (String part : Splitting.on(budget, text.text(), ".", -1)) {
      parts.add(isIndex(part) ? Value.Int.of(Long.parseLong(part)) : Str.of(part));
    }
    return parts;
  }

  private static boolean isIndex(String part) {
    return !part.isEmpty()
        && part.length() <= LONGEST_INDEX
        && part.chars().allMatch(unit -> unit >= '0' && unit <= '9');
  }
}
