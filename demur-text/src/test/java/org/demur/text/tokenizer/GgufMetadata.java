package org.demur.text.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the metadata of a trusted GGUF file for tests; the real reader is in another module.
public final class GgufMetadata {
  private static final int MAX_MAPPED = 1 << 28;

  private final ByteBuffer bytes;
  private final Map<String, Object> values = new HashMap<>();

  private GgufMetadata(ByteBuffer bytes) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(16);
    long keys = bytes.getLong();
    for (long i = 0; i < keys; i++) {
      String key = text();
      values.put(key, value(bytes.getInt()));
    }
  }

  /// Reads a file.
  public static GgufMetadata of(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = Math.min(channel.size(), MAX_MAPPED);
      return new GgufMetadata(channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nullable Object value(String key) {
    return values.get(key);
  }

  /// The vocabulary of the file.
  public GgufVocabulary vocabulary() {
    return GgufVocabulary.fromMetadata(values::get);
  }

  private Object value(int type) {
    return switch (type) {
      case 0, 1 -> (int) bytes.get();
      case 2, 3 -> (int) bytes.getShort();
      case 4, 5 -> bytes.getInt();
      case 6 -> bytes.getFloat();
      case 7 -> bytes.get() != 0;
      case 8 -> text();
      case 9 -> array(bytes.getInt(), bytes.getLong());
      case 10, 11 -> bytes.getLong();
      case 12 -> bytes.getDouble();
      default -> throw new IllegalArgumentException("value type " + type);
    };
  }

  private List<Object> array(int type, long length) {
    List<Object> elements = new ArrayList<>();
    for (long i = 0; i < length; i++) {
      elements.add(value(type));
    }
    return elements;
  }

  private String text() {
    byte[] utf8 = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
