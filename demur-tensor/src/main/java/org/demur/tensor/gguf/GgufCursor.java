package org.demur.tensor.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.MappedFile;

/// Reads the header of a GGUF file front to back and never past its end.
///
/// `what` is what is being read, for messages; it is a supplier because building it costs time.
final class GgufCursor {
  /// The longest header that is accepted; published vocabularies take some ten megabytes.
  static final int MAX_HEADER_BYTES = 1 << 30;

  private static final char REPLACEMENT = '\uFFFD';
  private static final int COMMON_TEXT_BYTES = 256;

  private final MappedFile file;
  private final ByteBuffer bytes;
  private final byte[] scratch = new byte[COMMON_TEXT_BYTES];

  GgufCursor(MappedFile file) {
    this.file = file;
    // A buffer is used, not the segment: while the JVM is cold it reads a vocabulary much faster.
    this.bytes =
        file.bytes()
            .asSlice(0, Math.min(file.size(), MAX_HEADER_BYTES))
            .asByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Where the next value starts.
  long position() {
    return bytes.position();
  }

  byte int8(Supplier<String> what) {
    need(Byte.BYTES, what);
    return bytes.get();
  }

  short int16(Supplier<String> what) {
    need(Short.BYTES, what);
    return bytes.getShort();
  }

  int int32(Supplier<String> what) {
    need(Integer.BYTES, what);
    return bytes.getInt();
  }

  long uint32(Supplier<String> what) {
    return Integer.toUnsignedLong(int32(what));
  }

  long int64(Supplier<String> what) {
    need(Long.BYTES, what);
    return bytes.getLong();
  }

  /// A 64-bit count of things that take at least `leastBytes` each, checked against what is left of
  /// the file and against `most`.
  long count(Supplier<String> what, int leastBytes, long most) {
    long at = position();
    long count = int64(what);
    long left = file.size() - position();
    if (count < 0 || count > left / leastBytes) {
      throw problem(
          at,
          "the %s is %s, but the %d bytes that follow can hold at most %d"
              .formatted(what.get(), Long.toUnsignedString(count), left, left / leastBytes));
    }
    if (count > most) {
      throw problem(at, "the %s is %d; at most %d are accepted".formatted(what.get(), count, most));
    }
    return count;
  }

  /// A length and as many bytes of UTF-8.
  String string(Supplier<String> what, int mostBytes) {
    if (bytes.remaining() < Long.BYTES) {
      need(Long.BYTES, () -> "length of the " + what.get());
    }
    long length = bytes.getLong(bytes.position());
    if (length < 0 || length > bytes.remaining() - Long.BYTES || length > mostBytes) {
      int checked = (int) count(() -> "length of the " + what.get(), 1, mostBytes);
      need(checked, what);
    }
    bytes.position(bytes.position() + Long.BYTES);
    return text((int) length, what);
  }

  private String text(int length, Supplier<String> what) {
    byte[] buffer = length <= scratch.length ? scratch : new byte[length];
    bytes.get(buffer, 0, length);
    String text = new String(buffer, 0, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0 && !isUtf8(buffer, length)) {
      throw problem(position() - length, "the " + what.get() + " is not valid UTF-8");
    }
    return text;
  }

  private static boolean isUtf8(byte[] bytes, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /// An array of texts.
  List<String> strings(int count, Supplier<String> what, int mostBytes) {
    String[] texts = new String[count];
    int[] index = new int[1];
    Supplier<String> element = () -> "element " + index[0] + " of the " + what.get();
    for (int i = 0; i < count; i++) {
      index[0] = i;
      texts[i] = string(element, mostBytes);
    }
    return Collections.unmodifiableList(Arrays.asList(texts));
  }

  /// An error at a place in the file.
  FileFormatException problem(long at, String text) {
    return new FileFormatException(file.path(), at, text);
  }

  private void need(int count, Supplier<String> what) {
    if (count <= bytes.remaining()) {
      return;
    }
    if (bytes.limit() < file.size()) {
      throw problem(
          position(),
          "the header goes on behind %d bytes; at most as many are accepted"
              .formatted(MAX_HEADER_BYTES));
    }
    throw problem(
        position(),
        "the file ends inside the %s: %d bytes are needed, %d are left"
            .formatted(what.get(), count, bytes.remaining()));
  }
}
