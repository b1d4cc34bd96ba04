package org.demur.tensor.file;

import java.nio.file.Path;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// A file of tensors is malformed, cannot be read, or lacks what was asked for.
///
/// The message names the file, the problem with its values, the place where it is known, and what
/// is accepted.
public class FileFormatException extends DemurException {
  private static final int MAX_QUOTED_CHARACTERS = 100;

  /// Makes an error about a whole file, with code [ErrorCode#FILE_FORMAT].
  public FileFormatException(Path file, String problem) {
    super(ErrorCode.FILE_FORMAT, file + ": " + problem);
  }

  /// Makes an error about one place in a file, counted in bytes from its start.
  public FileFormatException(Path file, long byteOffset, String problem) {
    super(ErrorCode.FILE_FORMAT, file + ": " + problem + " (at byte " + byteOffset + ")");
  }

  /// Makes an error with another code, for a file that is well-formed but cannot be used.
  public FileFormatException(ErrorCode code, Path file, String problem) {
    super(code, file + ": " + problem);
  }

  /// Puts a name that comes from a file into quotes for a message: control characters become `?`
  /// and long names are cut, so that a file cannot forge or flood what a user reads.
  public static String quoted(String name) {
    StringBuilder text = new StringBuilder("\"");
    name.codePoints()
        .limit(MAX_QUOTED_CHARACTERS)
        .map(point -> isPrintable(point) ? point : '?')
        .forEach(text::appendCodePoint);
    if (name.codePointCount(0, name.length()) > MAX_QUOTED_CHARACTERS) {
      text.append("...");
    }
    return text.append('"').toString();
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
