package org.demur.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Walks through JSON-like values: collects their texts, and copies them with markers in them.
final class MarkedValues {
  /// Fields whose values templates compare with constants.
  private static final Set<String> STRUCTURE = Set.of("role", "type");

  private static final int MAX_DEPTH = 200;

  /// Puts markers into a text.
  @FunctionalInterface
  interface Marking {
    /// The text with markers.
    ///
    /// @param edges whether what a template may have started counts
    String mark(String text, boolean edges);
  }

  private final Marking marking;

  MarkedValues(Marking marking) {
    this.marking = marking;
  }

  /// A copy in which every text is marked.
  @Nullable Object mark(@Nullable Object value) {
    return mark(value, true, 0);
  }

  private @Nullable Object mark(@Nullable Object value, boolean edges, int depth) {
    checkDepth(depth);
    return switch (value) {
      case String text -> marking.mark(text, edges);
      case Map<?, ?> map -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, field) -> {
              String name = String.valueOf(key);
              boolean fieldEdges = edges && !STRUCTURE.contains(name);
              put(copy, marking.mark(name, false), mark(field, fieldEdges, depth + 1));
            });
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>(list.size());
        list.forEach(element -> add(copy, mark(element, edges, depth + 1)));
        yield copy;
      }
      case null, default -> value;
    };
  }

  /// Adds every text in a value to a list, names of fields too.
  static void collect(@Nullable Object value, List<String> texts) {
    collect(value, texts, 0);
  }

  private static void collect(@Nullable Object value, List<String> texts, int depth) {
    checkDepth(depth);
    switch (value) {
      case String text -> texts.add(text);
      case Map<?, ?> map ->
          map.forEach(
              (key, field) -> {
                texts.add(String.valueOf(key));
                collect(field, texts, depth + 1);
              });
      case List<?> list -> list.forEach(element -> collect(element, texts, depth + 1));
      case null, default -> {
        // Other values hold no text.
      }
    }
  }

  private static void checkDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw new TextException(
          ErrorCode.JSON_FORMAT,
          "the conversation has values nested more than " + MAX_DEPTH + " deep");
    }
  }

  // Where a document says null, so do JSON-like values.
  @SuppressWarnings("NullAway")
  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    map.put(name, value);
  }

  @SuppressWarnings("NullAway")
  private static void add(List<Object> list, @Nullable Object value) {
    list.add(value);
  }
}
