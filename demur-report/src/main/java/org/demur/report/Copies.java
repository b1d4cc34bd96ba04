package org.demur.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Unmodifiable copies that keep their order; the records of this package hold nothing else.
final class Copies {
  private Copies() {}

  static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  static <T> List<List<T>> rows(List<List<T>> rows) {
    return rows.stream().map(List::copyOf).toList();
  }

  /// Checks that a table has `rows` rows of `columns` values, or no row at all.
  static void requireShape(String name, List<? extends List<?>> table, int rows, int columns) {
    if (table.isEmpty()) {
      return;
    }
    if (table.size() != rows || table.stream().anyMatch(row -> row.size() != columns)) {
      int found = table.getFirst().size();
      throw ReportException.field(
          "%s is a table of %d x %d values, expected %d x %d"
              .formatted(name, table.size(), found, rows, columns));
    }
  }

  /// Checks that a list has `size` entries, or none.
  static void requireSize(String name, List<?> list, int size) {
    if (!list.isEmpty() && list.size() != size) {
      throw ReportException.field(
          "%s has %d entries, expected %d or none".formatted(name, list.size(), size));
    }
  }
}
