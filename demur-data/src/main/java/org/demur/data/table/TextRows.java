package org.demur.data.table;

import java.util.Map;
import java.util.Optional;

/// Plain text: every line that is not blank is a row with the one column `text`.
final class TextRows {
  private static final String COLUMN = "text";

  private TextRows() {}

  static void read(Utf8Reader in, String name, TableBounds bounds, RowVisitor visitor) {
    TextLines lines = new TextLines(in, name, bounds.maxFieldChars());
    Optional<String> line = lines.nextFilled();
    while (line.isPresent()
        && visitor.visit(new Row(lines.place(), Map.of(COLUMN, Cell.text(line.get()))))) {
      line = lines.nextFilled();
    }
  }
}
