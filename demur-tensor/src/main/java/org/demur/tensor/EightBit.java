package org.demur.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.demur.core.ErrorCode;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;

/// Weights in blocks of 32 signed bytes with one scale in half precision before them.
///
/// A tensor of them has the type [DType#Q8_0] and the shape `[out, in / 32 * 34]`: rows are whole
/// blocks, so that rows can be selected and joined as those of any other tensor.
///
/// **Source.** `block_q8_0` of ggml: the scale is the largest magnitude divided by 127.
public final class EightBit {
  /// Numbers of a block.
  public static final int BLOCK = 32;

  /// Bytes of a block.
  public static final int BLOCK_BYTES = BLOCK + Short.BYTES;

  private static final int LARGEST = 127;
  private static final int HALF_INFINITY = 0x7c00;
  private static final int MAX_PARTS = 64;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SCALE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private EightBit() {}

  /// Whether a weight of this shape has rows of whole blocks.
  public static boolean fits(List<Long> shape) {
    return shape.size() == 2 && shape.getLast() % BLOCK == 0 && shape.getLast() > 0;
  }

  /// Numbers of a row.
  ///
  /// @param blocks `[out, in / 32 * 34]`
  public static long columns(Tensor blocks) {
    return blocks.size(1) / BLOCK_BYTES * BLOCK;
  }

  /// Rounds a weight to blocks.
  ///
  /// @param wide `[out, in]` in single precision, finite
  /// @return `[out, in / 32 * 34]`, which belongs to the innermost open scope
  /// @throws TensorException with [ErrorCode#TENSOR_SHAPE] when rows are no whole blocks
  public static Tensor of(Tensor wide) {
    long rows = wide.size(0);
    long columns = wide.size(1);
    if (columns % BLOCK != 0) {
      throw new TensorException(
          ErrorCode.TENSOR_SHAPE,
          "%s cannot be held in blocks of %d numbers: its rows have %d"
              .formatted(wide, BLOCK, columns));
    }
    MemorySegment numbers = wide.memory();
    long rowBytes = columns / BLOCK * BLOCK_BYTES;
    Tensor blocks = Tensors.empty(DType.Q8_0, Device.CPU, rows, rowBytes);
    MemorySegment into = blocks.memory();
    each(rows, row -> encode(numbers, row * columns, columns, into, row * rowBytes));
    return blocks;
  }

  /// The blocks of a file as they lie there.
  ///
  /// @param stored of the type [StorageType#Q8_0] and two axes
  /// @return `[out, in / 32 * 34]`, which belongs to the innermost open scope
  public static Tensor ofStored(StoredTensor stored) {
    if (stored.type() != StorageType.Q8_0 || !fits(stored.shape())) {
      throw new TensorException(
          ErrorCode.TENSOR_SHAPE,
          "tensor %s of type %s and shape %s is no matrix in blocks of %d bytes"
              .formatted(stored.name(), stored.type(), stored.shape(), BLOCK));
    }
    long rows = stored.rowCount();
    Tensor blocks = Tensors.empty(DType.Q8_0, Device.CPU, rows, stored.bytes().byteSize() / rows);
    blocks.memory().copyFrom(stored.bytes());
    return blocks;
  }

  /// The numbers that blocks stand for.
  ///
  /// @param blocks `[out, in / 32 * 34]`
  /// @return `[out, in]` in single precision, which belongs to the innermost open scope
  public static Tensor widened(Tensor blocks) {
    long rows = blocks.size(0);
    long columns = columns(blocks);
    Tensor wide = Tensors.empty(DType.FLOAT32, Device.CPU, rows, columns);
    MemorySegment from = blocks.memory();
    MemorySegment into = wide.memory();
    long rowBytes = blocks.size(1);
    each(
        rows,
        row ->
            Dequantizer.toFloat32(
                StorageType.Q8_0,
                from.asSlice(row * rowBytes, rowBytes),
                columns,
                into.asSlice(row * columns * Float.BYTES, columns * Float.BYTES)));
    return wide;
  }

  /// Whether all scales are finite; the bytes always are.
  ///
  /// @param blocks `[out, in / 32 * 34]`
  public static boolean finite(Tensor blocks) {
    MemorySegment memory = blocks.memory();
    for (long at = 0; at < memory.byteSize(); at += BLOCK_BYTES) {
      if ((memory.get(SCALE, at) & HALF_INFINITY) == HALF_INFINITY) {
        return false;
      }
    }
    return true;
  }

  private static void each(long rows, LongConsumer body) {
    long parts = Math.min(rows, MAX_PARTS);
    LongStream.range(0, parts)
        .parallel()
        .forEach(
            part -> {
              long to = rows * (part + 1) / parts;
              for (long row = rows * part / parts; row < to; row++) {
                body.accept(row);
              }
            });
  }

  private static void encode(
      MemorySegment numbers, long first, long count, MemorySegment into, long start) {
    float[] block = new float[BLOCK];
    byte[] bytes = new byte[BLOCK];
    long at = start;
    for (long column = 0; column < count; column += BLOCK, at += BLOCK_BYTES) {
      MemorySegment.copy(numbers, FLOAT, (first + column) * Float.BYTES, block, 0, BLOCK);
      float largest = 0;
      for (float number : block) {
        largest = Math.max(largest, Math.abs(number));
      }
      float scale = largest / LARGEST;
      float inverse = scale == 0 ? 0 : 1 / scale;
      for (int i = 0; i < BLOCK; i++) {
        float scaled = block[i] * inverse;
        bytes[i] = (byte) (scaled < 0 ? scaled - 0.5f : scaled + 0.5f);
      }
      into.set(SCALE, at, Float.floatToFloat16(scale));
      MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, at + Short.BYTES, BLOCK);
    }
  }
}
