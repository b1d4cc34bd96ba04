package org.demur.tensor.file;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Encoded tensor bytes from arrays of numbers, of up to 2 GiB, and from memory to a stream.
public final class Segments {
  private static final int CHUNK_BYTES = 1 << 20;

  private Segments() {}

  /// Floats as the little-endian bytes of [StorageType#F32].
  public static MemorySegment ofFloats(float... values) {
    ByteBuffer bytes = littleEndian(values.length, Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return MemorySegment.ofBuffer(bytes);
  }

  /// Integers as the little-endian bytes of [StorageType#I64].
  public static MemorySegment ofLongs(long... values) {
    ByteBuffer bytes = littleEndian(values.length, Long.BYTES);
    bytes.asLongBuffer().put(values);
    return MemorySegment.ofBuffer(bytes);
  }

  private static ByteBuffer littleEndian(int count, int width) {
    return ByteBuffer.allocate(Math.multiplyExact(count, width)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Writes all bytes of a segment in pieces, so that no second copy of it is held.
  public static void writeTo(OutputStream out, MemorySegment bytes) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, bytes.byteSize())];
    for (long at = 0; at < bytes.byteSize(); at += chunk.length) {
      int count = (int) Math.min(chunk.length, bytes.byteSize() - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }
}
