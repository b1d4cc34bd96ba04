package org.demur.tensor.gguf;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.tensor.file.FileFormatException;

/// The keys and values at the start of a GGUF file: architecture, sizes, vocabulary, chat template.
///
/// A getter is empty when the key is absent, and throws a [FileFormatException] with code
/// [ErrorCode#MODEL_CONFIG] when the value has another type; the message names key, type found and
/// type expected. The values are copies and stay valid after the file is closed.
public final class GgufMetadata {
  private final Path file;
  private final SequencedMap<String, GgufValue> values;

  GgufMetadata(Path file, SequencedMap<String, GgufValue> values) {
    this.file = file;
    this.values = Collections.unmodifiableSequencedMap(values);
  }

  /// All keys in the order of the file.
  public SequencedSet<String> keys() {
    return values.sequencedKeySet();
  }

  /// The type of a key's value.
  public Optional<GgufValueType> type(String key) {
    return Optional.ofNullable(values.get(key)).map(GgufValue::type);
  }

  /// The type of the elements of a key's value, when it is an array.
  public Optional<GgufValueType> elementType(String key) {
    return Optional.ofNullable(values.get(key)).flatMap(GgufValue::elementType);
  }

  /// A text.
  public Optional<String> string(String key) {
    return read(key, String.class, "a string");
  }

  /// An integer of any width that fits into 63 bits and a sign.
  public Optional<Long> integer(String key) {
    Optional<Long> value = read(key, Long.class, "an integer");
    value.ifPresent(number -> checkSigned(key, number));
    return value;
  }

  /// A float, a double, or an integer.
  public Optional<Double> number(String key) {
    if (type(key).filter(GgufValueType::isInteger).isPresent()) {
      return integer(key).map(Long::doubleValue);
    }
    return read(key, Double.class, "a number");
  }

  /// A truth value.
  public Optional<Boolean> bool(String key) {
    return read(key, Boolean.class, "a bool");
  }

  /// An array of texts.
  @SuppressWarnings("unchecked") // the reader puts nothing but strings into a list
  public Optional<List<String>> strings(String key) {
    return read(key, List.class, "an array of strings").map(list -> (List<String>) list);
  }

  /// An array of integers of any width.
  public Optional<long[]> integers(String key) {
    Optional<long[]> value = read(key, long[].class, "an array of integers").map(long[]::clone);
    value.ifPresent(
        numbers -> {
          for (long number : numbers) {
            checkSigned(key, number);
          }
        });
    return value;
  }

  /// An array of floats; doubles are rounded.
  public Optional<float[]> numbers(String key) {
    return read(key, double[].class, "an array of floats").map(GgufMetadata::narrowed);
  }

  /// An array of truth values.
  public Optional<boolean[]> bools(String key) {
    return read(key, boolean[].class, "an array of bools").map(boolean[]::clone);
  }

  /// The error for a key that a caller cannot do without.
  public FileFormatException missing(String key) {
    return new FileFormatException(
        ErrorCode.MODEL_CONFIG,
        file,
        "the metadata key %s is missing%s"
            .formatted(quoted(key), Suggestions.hint(key, values.keySet())));
  }

  /// Where in the file a key's value starts; 0 when the key is absent.
  long position(String key) {
    GgufValue value = values.get(key);
    return value == null ? 0 : value.at();
  }

  private <T> Optional<T> read(String key, Class<T> kind, String expected) {
    GgufValue value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!kind.isInstance(value.content())) {
      throw problem(key, "is " + value.description() + ", but must be " + expected);
    }
    return Optional.of(kind.cast(value.content()));
  }

  private void checkSigned(String key, long number) {
    GgufValue value = values.get(key);
    if (number < 0
        && value != null
        && value.elementType().orElse(value.type()) == GgufValueType.UINT64) {
      throw problem(
          key, "holds " + Long.toUnsignedString(number) + ", but integers must fit into 63 bits");
    }
  }

  private FileFormatException problem(String key, String text) {
    return new FileFormatException(
        ErrorCode.MODEL_CONFIG,
        file,
        "the metadata key %s %s (at byte %d)".formatted(quoted(key), text, position(key)));
  }

  private static float[] narrowed(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
