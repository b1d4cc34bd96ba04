package org.demur.data.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// Rows of typed columns in a Parquet file.
///
/// A row is an ordered map from the name of a column to a [String], [Long], [Double] or [Boolean];
/// null is a column that is left out. The same rows give the same bytes.
///
/// @param columns the columns; when read, those that hold a null are [optional][Column#nullable]
/// @param rows the rows, each in the order of the columns
public record ParquetRows(List<Column> columns, List<Map<String, Object>> rows) {
  private static final String TABLE = "results";

  /// Keeps its own lists.
  public ParquetRows {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /// Writes rows to `target`, replacing it in one step; parent folders are made.
  ///
  /// @throws IllegalArgumentException when a row does not fit the columns
  /// @throws StoreException when the file cannot be written; `target` is unchanged then
  public static void write(Path target, List<Column> columns, List<Map<String, Object>> rows) {
    check(columns, rows);
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      // Makes a folder that takes no files fail with the system's own reason.
      Files.delete(Files.createFile(temporary));
      try {
        writeNew(temporary, columns, rows);
        AtomicFiles.move(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (SQLException e) {
      throw DuckDb.unwritable(target, e);
    } catch (IOException e) {
      throw StoreException.cannotWrite(target, e);
    }
  }

  /// Reads a file whose columns are strings, whole numbers, doubles or truth values.
  ///
  /// @throws StoreException when it is missing, damaged, or has columns of other types
  public static ParquetRows read(Path file) {
    return ParquetRowReader.read(file);
  }

  private static void writeNew(Path file, List<Column> columns, List<Map<String, Object>> rows)
      throws SQLException {
    try (Connection connection = DuckDb.open(file)) {
      create(connection, columns);
      DuckDBConnection database = connection.unwrap(DuckDBConnection.class);
      try (DuckDBAppender appender = database.createAppender(TABLE)) {
        for (Map<String, Object> row : rows) {
          append(appender, columns, row);
        }
      }
      String copy =
          "COPY " + TABLE + " TO ? (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)";
      try (PreparedStatement statement = connection.prepareStatement(copy)) {
        statement.setString(1, DuckDb.absolute(file));
        statement.execute();
      }
    }
  }

  private static void create(Connection connection, List<Column> columns) throws SQLException {
    String definitions =
        columns.stream()
            .map(
                column ->
                    DuckDb.identifier(column.name())
                        + " "
                        + column.type().sqlName()
                        + (column.nullable() ? "" : " NOT NULL"))
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + TABLE + " (" + definitions + ")");
    }
  }

  private static void append(DuckDBAppender appender, List<Column> columns, Map<String, Object> row)
      throws SQLException {
    appender.beginRow();
    for (Column column : columns) {
      Object value = row.get(column.name());
      if (value == null) {
        appender.appendNull();
        continue;
      }
      switch (column.type()) {
        case TEXT -> appender.append((String) value);
        case LONG -> appender.append((long) (Long) value);
        case DOUBLE -> appender.append((double) (Double) value);
        case BOOLEAN -> appender.append((boolean) (Boolean) value);
      }
    }
    appender.endRow();
  }

  private static void check(List<Column> columns, List<Map<String, Object>> rows) {
    Map<String, Column> named = new LinkedHashMap<>();
    Set<String> folded = new HashSet<>();
    for (Column column : columns) {
      // Names in SQL do not differ by case.
      if (!folded.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two columns are named \"" + column.name() + "\"");
      }
      named.put(column.name(), column);
    }
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a Parquet file needs at least one column");
    }
    for (int i = 0; i < rows.size(); i++) {
      check(named, rows.get(i), i);
    }
  }

  private static void check(Map<String, Column> columns, Map<String, Object> row, int index) {
    for (String name : row.keySet()) {
      if (!columns.containsKey(name)) {
        throw new IllegalArgumentException(
            "row %d has \"%s\", which is no column%s"
                .formatted(index, name, Suggestions.hint(name, columns.keySet())));
      }
    }
    for (Column column : columns.values()) {
      Object value = row.get(column.name());
      if (value == null ? !column.nullable() : !column.type().javaType().isInstance(value)) {
        throw new IllegalArgumentException(
            "row %d, column \"%s\": expected %s, found %s"
                .formatted(
                    index,
                    column.name(),
                    column.type().javaType().getSimpleName(),
                    value == null ? "null" : value.getClass().getSimpleName()));
      }
    }
  }

  /// The error for a column of a type that is not ours.
  static StoreException unknownType(Path file, String column, String type) {
    return new StoreException(
        ErrorCode.FILE_FORMAT,
        "%s: column \"%s\" has type %s; accepted are strings, whole numbers, doubles, truth values"
            .formatted(file, column, type));
  }
}
