package org.demur.tensor.file;

import java.util.List;

/// Sizes of tensors from untrusted shapes, without overflow.
public final class TensorSizes {
  /// The most axes that a tensor may have.
  public static final int MAX_AXES = 32;

  private TensorSizes() {}

  /// How many bytes a tensor takes, after checking its shape.
  ///
  /// @throws IllegalArgumentException when there are more than [#MAX_AXES] axes, an axis is
  ///   negative, a product does not fit into 63 bits, or a row is no whole number of blocks; the
  ///   message can follow the tensor's name
  public static long byteSize(StorageType type, List<Long> shape) {
    if (shape.size() > MAX_AXES) {
      throw new IllegalArgumentException(
          "has %d axes; at most %d are accepted".formatted(shape.size(), MAX_AXES));
    }
    if (shape.stream().anyMatch(axis -> axis < 0)) {
      throw new IllegalArgumentException("has shape " + shape + " with a negative axis");
    }
    long row = shape.isEmpty() ? 1 : shape.getLast();
    if (row % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "has shape %s, but rows of type %s must be a multiple of its block of %d elements"
              .formatted(shape, type, type.blockSize()));
    }
    try {
      long elements = 1;
      for (long axis : shape) {
        elements = Math.multiplyExact(elements, axis);
      }
      return type.byteSize(elements);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "has shape " + shape + ", whose size does not fit into 63 bits", e);
    }
  }
}
