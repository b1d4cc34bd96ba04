package org.demur.data;

import org.demur.data.table.Cell;
import org.demur.data.table.Row;

/// Takes a text out of a row and checks it.
final class CheckedText {
  private CheckedText() {}

  /// The string in a field, as it is in the file.
  ///
  /// @throws DataException naming row and field when it is missing, blank, no string, longer than
  ///   `maxChars`, or holds what no text can
  static String of(Row row, String field, int maxChars) {
    Cell cell = row.cells().get(field);
    if (cell == null) {
      throw wrong(row, "there is no field \"" + field + "\"");
    }
    if (cell.kind() != Cell.Kind.TEXT) {
      throw wrong(
          row,
          "field \"%s\" holds %s; expected a string".formatted(field, cell.kind().description()));
    }
    String text = cell.text();
    if (text.isBlank()) {
      throw wrong(row, "field \"" + field + "\" is empty");
    }
    if (text.length() > maxChars) {
      throw wrong(
          row,
          "field \"%s\" has %d characters; at most %d are accepted"
              .formatted(field, text.length(), maxChars));
    }
    checkCharacters(row, field, text);
    return text;
  }

  private static void checkCharacters(Row row, String field, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw wrong(row, "field \"%s\" holds the character U+0000".formatted(field));
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw wrong(row, "field \"%s\" holds half a surrogate pair".formatted(field));
      }
    }
  }

  /// What is wrong in a row, with its place.
  static DataException wrong(Row row, String what) {
    return DataException.content(row.place() + ": " + what);
  }
}
