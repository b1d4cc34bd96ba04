package org.demur.harden;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.demur.core.ErrorCode;
import org.demur.train.PackedData;
import org.demur.train.TrainingData;

/// What the first worker tells the others to train.
///
/// @param arm name of the training
/// @param refusalFirst whether it is the refusal training before the method
/// @param data the first worker's
record TrainingOrder(String arm, boolean refusalFirst, TrainingData data) {
  /// No further training.
  static final byte[] END = {};

  private static final int LONGEST_NAME = 200;

  /// The order as bytes: the length of the name, the name, the mark, the data.
  byte[] bytes() {
    byte[] name = arm.getBytes(StandardCharsets.UTF_8);
    byte[] packed = PackedData.of(data);
    return ByteBuffer.allocate(2 + name.length + packed.length)
        .put((byte) name.length)
        .put(name)
        .put((byte) (refusalFirst ? 1 : 0))
        .put(packed)
        .array();
  }

  /// Reads an order that is not the end.
  static TrainingOrder read(byte[] bytes) {
    int length = Byte.toUnsignedInt(bytes[0]);
    if (length > LONGEST_NAME || bytes.length < length + 2) {
      throw new HardenException(
          ErrorCode.WORKERS,
          "the order of %d bytes that worker 0 sent cannot be read".formatted(bytes.length));
    }
    return new TrainingOrder(
        new String(bytes, 1, length, StandardCharsets.UTF_8),
        bytes[length + 1] == 1,
        PackedData.read(Arrays.copyOfRange(bytes, length + 2, bytes.length)));
  }
}
