package org.demur.tensor.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes safetensors files that no writer would make.
final class RawSafetensors {
  private RawSafetensors() {}

  /// A file of this header and `dataBytes` zeros.
  static Path file(Path folder, String header, int dataBytes) {
    return file(folder, header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  static Path file(Path folder, byte[] header, int dataBytes) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    return write(folder, bytes.array());
  }

  static Path write(Path folder, byte[] content) {
    try {
      return Files.write(folder.resolve("w.safetensors"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The header field of one tensor.
  static String entry(String name, String dtype, String shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, begin, end);
  }
}
