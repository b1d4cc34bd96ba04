package org.demur.tensor.file;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Builds encoded tensors for tests by hand.
final class Blocks {
  static final Path FILE = Path.of("weights.bin");

  private final ByteBuffer bytes;

  private Blocks(int size) {
    bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Blocks of(StorageType type, int count) {
    return new Blocks(type.bytesPerBlock() * count);
  }

  Blocks half(float value) {
    bytes.putShort(Float.floatToFloat16(value));
    return this;
  }

  Blocks bytes(int... values) {
    Arrays.stream(values).forEach(value -> bytes.put((byte) value));
    return this;
  }

  Blocks repeat(int count, int value) {
    for (int i = 0; i < count; i++) {
      bytes.put((byte) value);
    }
    return this;
  }

  float[] decode(StorageType type) {
    if (bytes.hasRemaining()) {
      throw new IllegalStateException(bytes.remaining() + " bytes of the blocks are not set");
    }
    long elements = (long) bytes.capacity() / type.bytesPerBlock() * type.blockSize();
    return Dequantizer.toFloat32(tensor(type, List.of(elements), bytes));
  }

  static StoredTensor tensor(StorageType type, List<Long> shape, ByteBuffer bytes) {
    return new StoredTensor("w", type, shape, MemorySegment.ofBuffer(bytes.rewind()), FILE);
  }

  /// Random bytes of a tensor; some of the floats in them may be infinite or no number.
  static StoredTensor random(StorageType type, List<Long> shape, long seed) {
    byte[] content = new byte[Math.toIntExact(TensorSizes.byteSize(type, shape))];
    new SplittableRandom(seed).nextBytes(content);
    return tensor(type, shape, ByteBuffer.wrap(content));
  }
}
