package org.demur.tensor.gguf;

import java.util.Arrays;
import java.util.Optional;

/// The types that a metadata value of a GGUF file can have.
public enum GgufValueType {
  /// Unsigned 8-bit integer.
  UINT8(0, 1),
  /// Signed 8-bit integer.
  INT8(1, 1),
  /// Unsigned 16-bit integer.
  UINT16(2, 2),
  /// Signed 16-bit integer.
  INT16(3, 2),
  /// Unsigned 32-bit integer.
  UINT32(4, 4),
  /// Signed 32-bit integer.
  INT32(5, 4),
  /// Single-precision float.
  FLOAT32(6, 4),
  /// One byte, 0 or 1.
  BOOL(7, 1),
  /// Length and UTF-8 text.
  STRING(8, 8),
  /// Element type, count, and elements of that type.
  ARRAY(9, 12),
  /// Unsigned 64-bit integer.
  UINT64(10, 8),
  /// Signed 64-bit integer.
  INT64(11, 8),
  /// Double-precision float.
  FLOAT64(12, 8);

  private final int id;
  private final int leastBytes;

  GgufValueType(int id, int leastBytes) {
    this.id = id;
    this.leastBytes = leastBytes;
  }

  /// The number of the type in a file.
  int id() {
    return id;
  }

  /// The fewest bytes that a value of this type takes in a file; exact for numbers.
  int leastBytes() {
    return leastBytes;
  }

  /// Whether values are whole numbers.
  public boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }

  /// Whether a whole number is in the range of this integer type; of 64-bit types every one is.
  boolean holds(long value) {
    int bits = 8 * leastBytes;
    return switch (this) {
      case UINT8, UINT16, UINT32 -> value >= 0 && value < 1L << bits;
      case INT8, INT16, INT32 -> value >= -1L << (bits - 1) && value < 1L << (bits - 1);
      case UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }

  /// The type with this number in a file.
  static Optional<GgufValueType> ofId(long id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findAny();
  }
}
