package org.demur.tensor.gguf;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Reads the metadata of a GGUF file, within bounds on count and size.
final class GgufMetadataReader {
  /// The most keys that are accepted.
  static final long MAX_KEYS = 1 << 16;

  /// The longest key that is accepted, from the format's specification.
  static final int MAX_KEY_BYTES = (1 << 16) - 1;

  /// The longest text value that is accepted.
  static final int MAX_STRING_BYTES = 1 << 26;

  /// The most array elements that are accepted in one file.
  static final long MAX_ELEMENTS = 1 << 23;

  /// The fewest bytes of a key, its type and its value.
  static final int LEAST_ENTRY_BYTES = Long.BYTES + Integer.BYTES + 1;

  private final GgufCursor cursor;
  private long elementsLeft = MAX_ELEMENTS;

  GgufMetadataReader(GgufCursor cursor) {
    this.cursor = cursor;
  }

  /// Reads `count` keys and values.
  SequencedMap<String, GgufValue> read(long count) {
    SequencedMap<String, GgufValue> values = new LinkedHashMap<>();
    for (long index = 0; index < count; index++) {
      long number = index;
      long at = cursor.position();
      String key = cursor.string(() -> "metadata key " + number, MAX_KEY_BYTES);
      if (values.putIfAbsent(key, value(key)) != null) {
        throw cursor.problem(at, "the metadata key " + quoted(key) + " is there twice");
      }
    }
    return values;
  }

  private GgufValue value(String key) {
    GgufValueType type = type(key);
    long at = cursor.position();
    Supplier<String> what = () -> "value of " + quoted(key);
    if (type != GgufValueType.ARRAY) {
      return new GgufValue(type, Optional.empty(), scalar(type, what), at);
    }
    GgufValueType elementType = type(key);
    if (elementType == GgufValueType.ARRAY) {
      throw cursor.problem(
          at, "the value of " + quoted(key) + " is an array of arrays, which is not accepted");
    }
    int count = (int) arrayLength(key, elementType);
    return new GgufValue(type, Optional.of(elementType), array(elementType, count, what), at);
  }

  private GgufValueType type(String key) {
    long at = cursor.position();
    long id = cursor.uint32(() -> "type of " + quoted(key));
    return GgufValueType.ofId(id)
        .orElseThrow(
            () ->
                cursor.problem(
                    at,
                    "the value of %s has the unknown type %d; known are %s"
                        .formatted(quoted(key), id, knownTypes())));
  }

  private static String knownTypes() {
    List<String> names = new ArrayList<>();
    for (GgufValueType type : GgufValueType.values()) {
      names.add(type.id() + " " + type.name().toLowerCase(Locale.ROOT));
    }
    return String.join(", ", names);
  }

  private long arrayLength(String key, GgufValueType elementType) {
    long count =
        cursor.count(
            () -> "number of elements of " + quoted(key), elementType.leastBytes(), elementsLeft);
    elementsLeft -= count;
    return count;
  }

  private Object scalar(GgufValueType type, Supplier<String> what) {
    return switch (type) {
      case STRING -> cursor.string(what, MAX_STRING_BYTES);
      case BOOL -> bool(what);
      case FLOAT32, FLOAT64 -> real(type, what);
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> whole(type, what);
      case ARRAY -> throw new IllegalArgumentException("an array is no scalar");
    };
  }

  private Object array(GgufValueType type, int count, Supplier<String> what) {
    if (type == GgufValueType.STRING) {
      return cursor.strings(count, what, MAX_STRING_BYTES);
    }
    if (type == GgufValueType.BOOL) {
      boolean[] flags = new boolean[count];
      for (int i = 0; i < count; i++) {
        flags[i] = bool(what);
      }
      return flags;
    }
    if (type.isInteger()) {
      long[] numbers = new long[count];
      Arrays.setAll(numbers, index -> whole(type, what));
      return numbers;
    }
    double[] numbers = new double[count];
    Arrays.setAll(numbers, index -> real(type, what));
    return numbers;
  }

  private boolean bool(Supplier<String> what) {
    long at = cursor.position();
    byte value = cursor.int8(what);
    if (value != 0 && value != 1) {
      throw cursor.problem(
          at, "the %s is a bool of %d; 0 and 1 are accepted".formatted(what.get(), value & 0xFF));
    }
    return value == 1;
  }

  private long whole(GgufValueType type, Supplier<String> what) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(cursor.int8(what));
      case INT8 -> cursor.int8(what);
      case UINT16 -> Short.toUnsignedLong(cursor.int16(what));
      case INT16 -> cursor.int16(what);
      case UINT32 -> cursor.uint32(what);
      case INT32 -> cursor.int32(what);
      case UINT64, INT64 -> cursor.int64(what);
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY ->
          throw new IllegalArgumentException(type + " is no integer");
    };
  }

  private double real(GgufValueType type, Supplier<String> what) {
    return type == GgufValueType.FLOAT32
        ? Float.intBitsToFloat(cursor.int32(what))
        : Double.longBitsToDouble(cursor.int64(what));
  }
}
