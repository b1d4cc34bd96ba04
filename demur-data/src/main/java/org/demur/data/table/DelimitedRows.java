package org.demur.data.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Comma- and tab-separated values: the first record names the columns, every other one is a row
/// with as many fields. All values are strings.
final class DelimitedRows {
  private final DelimitedParser parser;
  private final List<String> header;

  private DelimitedRows(DelimitedParser parser, List<String> header) {
    this.parser = parser;
    this.header = header;
  }

  static void read(DelimitedParser parser, RowVisitor visitor) {
    Optional<List<String>> header = parser.next();
    if (header.isPresent()) {
      new DelimitedRows(parser, checked(header.get(), parser)).read(visitor);
    }
  }

  private void read(RowVisitor visitor) {
    Optional<List<String>> fields = parser.next();
    while (fields.isPresent() && visitor.visit(row(fields.get()))) {
      fields = parser.next();
    }
  }

  private Row row(List<String> fields) {
    if (fields.size() != header.size()) {
      throw TableException.format(
          parser.place(),
          "has %d fields, but the header names %d columns".formatted(fields.size(), header.size()));
    }
    Map<String, Cell> cells = LinkedHashMap.newLinkedHashMap(header.size());
    for (int i = 0; i < fields.size(); i++) {
      cells.put(header.get(i), Cell.text(fields.get(i)));
    }
    return new Row(parser.place(), cells);
  }

  /// The names of the columns; equal names would hide each other's values.
  private static List<String> checked(List<String> header, DelimitedParser parser) {
    Map<String, Integer> places = LinkedHashMap.newLinkedHashMap(header.size());
    for (int i = 0; i < header.size(); i++) {
      Integer other = places.putIfAbsent(header.get(i), i);
      if (other != null) {
        throw TableException.format(
            parser.place(),
            "columns %d and %d of the header have the same name".formatted(other + 1, i + 1));
      }
    }
    return header;
  }
}
