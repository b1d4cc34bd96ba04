package org.demur.data.store;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads typed rows back.
final class ParquetRowReader {
  private ParquetRowReader() {}

  static ParquetRows read(Path file) {
    try (ParquetTable table = ParquetTable.open(file);
        PreparedStatement query = table.query("*");
        ResultSet result = query.executeQuery()) {
      List<Column> columns = columns(file, result.getMetaData());
      Set<String> withNulls = new HashSet<>();
      List<Map<String, Object>> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(row(result, columns, withNulls));
      }
      List<Column> marked =
          columns.stream()
              .map(column -> withNulls.contains(column.name()) ? column.optional() : column)
              .toList();
      return new ParquetRows(marked, rows);
    } catch (SQLException e) {
      throw DuckDb.unreadable(file, e);
    }
  }

  private static List<Column> columns(Path file, ResultSetMetaData types) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= types.getColumnCount(); i++) {
      String name = types.getColumnLabel(i);
      ColumnType type =
          switch (types.getColumnType(i)) {
            case Types.VARCHAR -> ColumnType.TEXT;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> ColumnType.LONG;
            case Types.FLOAT, Types.REAL, Types.DOUBLE -> ColumnType.DOUBLE;
            case Types.BOOLEAN -> ColumnType.BOOLEAN;
            default -> throw ParquetRows.unknownType(file, name, types.getColumnTypeName(i));
          };
      columns.add(new Column(name, type, false));
    }
    return columns;
  }

  private static Map<String, Object> row(
      ResultSet result, List<Column> columns, Set<String> withNulls) throws SQLException {
    Map<String, Object> row = LinkedHashMap.newLinkedHashMap(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      Object value = value(result, i + 1, columns.get(i).type());
      if (value == null) {
        withNulls.add(columns.get(i).name());
      } else {
        row.put(columns.get(i).name(), value);
      }
    }
    return Collections.unmodifiableMap(row);
  }

  private static @Nullable Object value(ResultSet result, int index, ColumnType type)
      throws SQLException {
    Object value =
        switch (type) {
          case TEXT -> result.getString(index);
          case LONG -> result.getLong(index);
          case DOUBLE -> result.getDouble(index);
          case BOOLEAN -> result.getBoolean(index);
        };
    return result.wasNull() ? null : value;
  }
}
