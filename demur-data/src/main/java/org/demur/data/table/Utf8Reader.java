package org.demur.data.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.demur.core.ErrorCode;

/// Reads UTF-8 strictly: bytes that are none are an error that names the byte, not a replacement
/// character in a prompt. A byte-order mark at the start is passed over.
///
/// **Errors.** [TableException] for bytes that are not UTF-8, for UTF-16, for more bytes than are
/// accepted, and where reading fails.
final class Utf8Reader extends Reader {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final String name;
  private final long maxBytes;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private long received;
  private boolean finished;

  /// @param in closed with this reader
  /// @param name what errors call the source
  Utf8Reader(InputStream in, String name, long maxBytes) {
    this.in = in;
    this.name = name;
    this.maxBytes = maxBytes;
  }

  /// The next character, or -1 at the end.
  @Override
  public int read() {
    return chars.hasRemaining() || fill() ? chars.get() : -1;
  }

  @Override
  public int read(char[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!chars.hasRemaining() && !fill()) {
      return -1;
    }
    int count = Math.min(length, chars.remaining());
    chars.get(target, offset, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /// Decodes the next characters; false at the end.
  private boolean fill() {
    chars.clear();
    while (chars.position() == 0 && !finished) {
      boolean atStart = received == 0;
      boolean ended = !receive();
      if (atStart) {
        passByteOrderMark();
      }
      CoderResult result = decoder.decode(bytes, chars, ended);
      if (result.isError()) {
        throw notUtf8();
      }
      finished = ended;
    }
    chars.flip();
    return chars.hasRemaining();
  }

  /// Fills the buffer of bytes as far as the source gives any; false at its end.
  private boolean receive() {
    bytes.compact();
    int read = 0;
    try {
      while (bytes.hasRemaining() && read >= 0) {
        read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        if (read > 0) {
          bytes.position(bytes.position() + read);
          received += read;
        }
      }
    } catch (IOException e) {
      throw new TableException(ErrorCode.IO, "cannot read " + name + ": " + e.getMessage(), e);
    }
    bytes.flip();
    if (received > maxBytes) {
      throw new TableException(
          ErrorCode.FILE_FORMAT,
          "%s has more than the %d bytes that are accepted".formatted(name, maxBytes));
    }
    return read >= 0;
  }

  private void passByteOrderMark() {
    if (bytes.remaining() >= 2) {
      int mark = (bytes.get(0) & 0xFF) << 8 | (bytes.get(1) & 0xFF);
      if (mark == 0xFEFF || mark == 0xFFFE) {
        throw TableException.format(name, "is UTF-16; save it as UTF-8");
      }
    }
    if (bytes.remaining() >= 3
        && bytes.get(0) == (byte) 0xEF
        && bytes.get(1) == (byte) 0xBB
        && bytes.get(2) == (byte) 0xBF) {
      bytes.position(3);
    }
  }

  private TableException notUtf8() {
    long offset = received - bytes.remaining();
    return TableException.format(name, "byte %d is not UTF-8".formatted(offset));
  }
}
