package org.demur.data.table;

import java.util.Optional;

/// The lines of a text, which end with LF, CR LF or CR, with their numbers.
final class TextLines {
  private final Utf8Reader in;
  private final String name;
  private final int maxChars;
  private int line;
  private boolean afterReturn;

  TextLines(Utf8Reader in, String name, int maxChars) {
    this.in = in;
    this.name = name;
    this.maxChars = maxChars;
  }

  /// The next line that is not blank, without its end.
  Optional<String> nextFilled() {
    Optional<String> text = next();
    while (text.isPresent() && text.get().isBlank()) {
      text = next();
    }
    return text;
  }

  /// Where the last line is.
  String place() {
    return name + ", line " + line;
  }

  private Optional<String> next() {
    StringBuilder text = new StringBuilder();
    int read = in.read();
    if (afterReturn && read == '\n') {
      read = in.read();
    }
    afterReturn = false;
    if (read < 0) {
      return Optional.empty();
    }
    line++;
    while (read >= 0 && read != '\n' && read != '\r') {
      text.append((char) read);
      if (text.length() > maxChars) {
        throw TableException.format(
            place(), "longer than the %d characters that are accepted".formatted(maxChars));
      }
      read = in.read();
    }
    afterReturn = read == '\r';
    return Optional.of(text.toString());
  }
}
