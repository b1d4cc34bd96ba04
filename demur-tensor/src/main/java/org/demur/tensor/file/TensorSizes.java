package org.demur.tensor.file;

import java.nio.file.Path;
import java.util.List;

/// Sizes of tensors from untrusted shapes, without overflow.
public final class TensorSizes {
  /// The most axes that a tensor may have.
  public static final int MAX_AXES = 32;

  private TensorSizes() {}

  /// How many bytes a tensor takes, after checking its shape.
  ///
  /// @throws FileFormatException when there are more than [#MAX_AXES] axes, an axis is negative, a
  ///   product does not fit into 63 bits, or a row is no whole number of blocks
  public static long byteSize(Path file, String name, StorageType type, List<Long> shape) {
    if (shape.size() > MAX_AXES) {
      throw problem(
          file, name, "has %d axes; at most %d are accepted".formatted(shape.size(), MAX_AXES));
    }
    if (shape.stream().anyMatch(axis -> axis < 0)) {
      throw problem(file, name, "has shape " + shape + ", an axis of which is negative");
    }
    long row = shape.isEmpty() ? 1 : shape.getLast();
    if (row % type.blockSize() != 0) {
      throw problem(
          file,
          name,
          "has shape %s, but rows of type %s must be a multiple of %d elements"
              .formatted(shape, type, type.blockSize()));
    }
    try {
      long elements = 1;
      for (long axis : shape) {
        elements = Math.multiplyExact(elements, axis);
      }
      return type.byteSize(elements);
    } catch (ArithmeticException e) {
      throw problem(file, name, "has shape " + shape + ", whose size does not fit into 63 bits");
    }
  }

  private static FileFormatException problem(Path file, String name, String problem) {
    return new FileFormatException(
        file, "tensor " + FileFormatException.quoted(name) + " " + problem);
  }
}
