package org.demur.directions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;

/// Directions with what they were made from; on disk a safetensors file and a JSON file beside it.
///
/// @param fingerprint the model
/// @param vectors by name: `[dModel]` or `[row, dModel]`
/// @param facts what else is known, such as position, layer, numbers of prompts, seed: texts,
///   numbers, lists and maps
public record DirectionFile(
    ModelFingerprint fingerprint,
    SequencedMap<String, Vectors> vectors,
    SequencedMap<String, Object> facts) {
  /// Numbers with their shape.
  ///
  /// @param shape `[dModel]` or `[row, dModel]`
  /// @param values the numbers
  public record Vectors(List<Long> shape, float[] values) {
    /// Checks that the numbers fill the shape.
    public Vectors {
      shape = List.copyOf(shape);
      long size = shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
      if (shape.isEmpty() || shape.size() > 2 || size != values.length) {
        throw new IllegalArgumentException(values.length + " numbers do not fill " + shape);
      }
    }

    /// One vector, `[dModel]`.
    public static Vectors of(float... vector) {
      return new Vectors(List.of((long) vector.length), vector);
    }

    /// A vector for each row, `[row, dModel]`.
    public static Vectors perRow(int rows, float... values) {
      return new Vectors(List.of((long) rows, (long) values.length / rows), values);
    }
  }

  /// Copies the maps, in order.
  public DirectionFile {
    vectors = new LinkedHashMap<>(vectors);
    facts = new LinkedHashMap<>(facts);
  }

  /// Vectors by name.
  ///
  /// @throws DirectionException with [ErrorCode#NOT_FOUND] when there are none of that name
  public Vectors require(String name) {
    Vectors found = vectors.get(name);
    if (found == null) {
      throw new DirectionException(
          ErrorCode.NOT_FOUND,
          "there are no vectors named \"%s\"%s; known: %s"
              .formatted(
                  name, Suggestions.hint(name, vectors.keySet()), String.join(", ", names())));
    }
    return found;
  }

  private List<String> names() {
    return vectors.keySet().stream().limit(12).toList();
  }
}
