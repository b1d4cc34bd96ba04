package org.demur.tensor.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// One tensor as it lies in a file.
///
/// **Shapes.** `shape` is row-major, the last axis varies fastest, as in safetensors files; a GGUF
/// reader has already turned its order round. An empty shape is a single number.
///
/// **Ownership.** `bytes` is a view of the mapped file and must not be read after the [TensorFile]
/// is closed.
///
/// @param name the name in the file
/// @param type the encoding of the elements
/// @param shape the length of each axis
/// @param bytes the encoded elements, little-endian, not necessarily aligned
/// @param file the file that holds the bytes
public record StoredTensor(
    String name, StorageType type, List<Long> shape, MemorySegment bytes, Path file) {
  /// Checks that `bytes` has the size that type and shape ask for.
  ///
  /// @throws FileFormatException when it has not, when an axis is negative, when the product
  ///   overflows, or when rows are no whole number of blocks
  public StoredTensor {
    shape = List.copyOf(shape);
    String problem = problem(type, shape, bytes.byteSize());
    if (!problem.isEmpty()) {
      throw new FileFormatException(
          file, "tensor " + FileFormatException.quoted(name) + " " + problem);
    }
  }

  private static String problem(StorageType type, List<Long> shape, long available) {
    try {
      long expected = TensorSizes.byteSize(type, shape);
      return expected == available
          ? ""
          : "of type %s and shape %s takes %d bytes, but has %d"
              .formatted(type, shape, expected, available);
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// The product of all axes; 1 for an empty shape.
  public long elementCount() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, (left, right) -> left * right);
  }

  /// The length of the last axis; 1 for an empty shape.
  public long rowLength() {
    return shape.isEmpty() ? 1 : shape.getLast();
  }

  /// How many rows there are: the product of all axes but the last; 1 for up to one axis.
  public long rowCount() {
    return shape.stream()
        .limit(Math.max(0, shape.size() - 1))
        .mapToLong(Long::longValue)
        .reduce(1, (left, right) -> left * right);
  }
}
