package org.demur.tensor.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Builds GGUF files that no writer would make, field by field.
final class RawGguf {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// A file of version 3 that claims these counts.
  static RawGguf header(long tensors, long keys) {
    return new RawGguf().text("GGUF").int32(3).int64(tensors).int64(keys);
  }

  RawGguf text(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  RawGguf bytes(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  RawGguf int32(long value) {
    return little(value, Integer.BYTES);
  }

  RawGguf int64(long value) {
    return little(value, Long.BYTES);
  }

  private RawGguf little(long value, int width) {
    for (int i = 0; i < width; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  /// A length and the text.
  RawGguf string(String text) {
    return int64(text.length()).text(text);
  }

  /// The start of a metadata entry: its key and the type of its value.
  RawGguf key(String key, GgufValueType type) {
    return string(key).int32(type.id());
  }

  /// A row of the tensor table.
  RawGguf tensor(String name, long type, long offset, long... fastestFirst) {
    string(name).int32(fastestFirst.length);
    for (long axis : fastestFirst) {
      int64(axis);
    }
    return int32(type).int64(offset);
  }

  RawGguf zeros(int count) {
    out.writeBytes(new byte[count]);
    return this;
  }

  /// Zeros up to the next multiple of `alignment`.
  RawGguf align(int alignment) {
    return zeros(Math.floorMod(-out.size(), alignment));
  }

  /// How many bytes there are so far: where the next field starts.
  int size() {
    return out.size();
  }

  byte[] content() {
    return out.toByteArray();
  }

  Path write(Path folder) {
    return write(folder, content());
  }

  static Path write(Path folder, byte[] content) {
    try {
      return Files.write(folder.resolve("m.gguf"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
