package org.demur.data.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.demur.core.ErrorCode;

/// A Parquet file of anybody's, opened for reading.
///
/// **Ownership.** Whoever opens it closes it.
///
/// **Errors.** [StoreException] when the file is missing, damaged or not Parquet.
public final class ParquetTable implements AutoCloseable {
  /// What a column holds, as far as it can be used as text.
  public enum SourceKind {
    /// Strings.
    TEXT,
    /// Numbers of any kind.
    NUMBER,
    /// Truth values.
    BOOLEAN,
    /// Anything else: lists, structures, bytes, times.
    OTHER
  }

  /// A column of the file.
  public record SourceColumn(String name, SourceKind kind) {}

  /// Takes rows one after the other.
  @FunctionalInterface
  public interface TextVisitor {
    /// Takes the values of a row, in the order of the columns; nothing for null.
    ///
    /// @return whether the next row is wanted
    boolean visit(List<Optional<String>> values);
  }

  private final Path file;
  private final Connection connection;
  private final List<SourceColumn> columns;

  private ParquetTable(Path file, Connection connection) throws SQLException {
    this.file = file;
    this.connection = connection;
    this.columns = readColumns();
  }

  /// Opens a file.
  public static ParquetTable open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new StoreException(ErrorCode.NOT_FOUND, "there is no file " + file);
    }
    try {
      Connection connection = DuckDb.open(file);
      try {
        return new ParquetTable(file, connection);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw DuckDb.unreadable(file, e);
    }
  }

  /// Its columns in the order of the file.
  public List<SourceColumn> columns() {
    return columns;
  }

  /// How many rows it has, as its footer says.
  public long rowCount() {
    try (PreparedStatement query = query("count(*)");
        ResultSet result = query.executeQuery()) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw DuckDb.unreadable(file, e);
    }
  }

  /// Gives all rows to `visitor` in the order of the file until it wants no more; columns of other
  /// kinds come as nothing.
  public void forEachText(TextVisitor visitor) {
    String selected = columns.stream().map(ParquetTable::asText).collect(Collectors.joining(", "));
    try (PreparedStatement query = query(selected);
        ResultSet result = query.executeQuery()) {
      boolean wanted = true;
      while (wanted && result.next()) {
        List<Optional<String>> values = new ArrayList<>(columns.size());
        for (int i = 1; i <= columns.size(); i++) {
          values.add(Optional.ofNullable(result.getString(i)));
        }
        wanted = visitor.visit(values);
      }
    } catch (SQLException e) {
      throw DuckDb.unreadable(file, e);
    }
  }

  /// A statement over the file's rows.
  PreparedStatement query(String selected) throws SQLException {
    PreparedStatement statement =
        connection.prepareStatement("SELECT " + selected + " FROM read_parquet(?)");
    statement.setString(1, DuckDb.absolute(file));
    return statement;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw DuckDb.unreadable(file, e);
    }
  }

  private static String asText(SourceColumn column) {
    String name = DuckDb.identifier(column.name());
    return switch (column.kind()) {
      case TEXT -> name;
      case NUMBER, BOOLEAN -> "CAST(" + name + " AS VARCHAR)";
      case OTHER -> "NULL";
    };
  }

  private List<SourceColumn> readColumns() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT * FROM read_parquet(?) LIMIT 0")) {
      query.setString(1, DuckDb.absolute(file));
      try (ResultSet none = query.executeQuery()) {
        ResultSetMetaData types = none.getMetaData();
        List<SourceColumn> result = new ArrayList<>();
        for (int i = 1; i <= types.getColumnCount(); i++) {
          result.add(new SourceColumn(types.getColumnLabel(i), kind(types.getColumnType(i))));
        }
        return List.copyOf(result);
      }
    }
  }

  private static SourceKind kind(int sqlType) {
    return switch (sqlType) {
      case Types.VARCHAR -> SourceKind.TEXT;
      case Types.BOOLEAN -> SourceKind.BOOLEAN;
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.FLOAT,
          Types.REAL,
          Types.DOUBLE,
          Types.DECIMAL,
          Types.NUMERIC ->
          SourceKind.NUMBER;
      default -> SourceKind.OTHER;
    };
  }
}
