package org.demur.tensor.gguf;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One metadata value.
///
/// @param type its type
/// @param elementType the type of its elements, if it is an array
/// @param content a `Long`, `Double`, `Boolean` or `String`, or for arrays a `long[]`, `double[]`,
///   `boolean[]` or list of strings
/// @param at where the value starts in the file
record GgufValue(GgufValueType type, Optional<GgufValueType> elementType, Object content, long at) {
  /// The type in words, for messages.
  String description() {
    return elementType
        .map(element -> "an array of %d x %s".formatted(length(), name(element)))
        .orElseGet(() -> "of type " + name(type));
  }

  private static String name(GgufValueType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private int length() {
    return switch (content) {
      case long[] numbers -> numbers.length;
      case double[] numbers -> numbers.length;
      case boolean[] flags -> flags.length;
      case List<?> strings -> strings.size();
      default -> 1;
    };
  }
}
