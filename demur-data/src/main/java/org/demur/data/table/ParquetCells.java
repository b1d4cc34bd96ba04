package org.demur.data.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.data.store.ParquetTable;

/// The rows of a Parquet file as cells; it has no lines, so that places count rows from 1.
final class ParquetCells {
  private ParquetCells() {}

  static void read(ParquetTable table, String name, RowVisitor visitor) {
    List<ParquetTable.SourceColumn> columns = table.columns();
    int[] count = {0};
    table.forEachText(
        values -> {
          count[0]++;
          return visitor.visit(new Row(name + ", row " + count[0], cells(columns, values)));
        });
  }

  private static Map<String, Cell> cells(
      List<ParquetTable.SourceColumn> columns, List<Optional<String>> values) {
    Map<String, Cell> cells = LinkedHashMap.newLinkedHashMap(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      cells.put(columns.get(i).name(), cell(columns.get(i).kind(), values.get(i)));
    }
    return cells;
  }

  private static Cell cell(ParquetTable.SourceKind kind, Optional<String> value) {
    return switch (kind) {
      case TEXT -> value.map(Cell::text).orElse(Cell.NULL);
      case NUMBER -> value.map(text -> new Cell(Cell.Kind.NUMBER, text)).orElse(Cell.NULL);
      case BOOLEAN -> value.map(text -> new Cell(Cell.Kind.BOOLEAN, text)).orElse(Cell.NULL);
      case OTHER -> Cell.NESTED;
    };
  }
}
