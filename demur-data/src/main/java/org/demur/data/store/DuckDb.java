package org.demur.data.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.demur.core.ErrorCode;

/// Opens databases in memory that may touch one file and nothing else: no other path, no network,
/// no extensions, no change of these settings.
final class DuckDb {
  private static final int SHOWN_CHARS = 200;

  private DuckDb() {}

  /// Opens a database; the first one of a process takes about half a second.
  ///
  /// @param file the one file that it may read or write
  static Connection open(Path file) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("memory_limit", "1GB");
    properties.setProperty("temp_directory", "");
    properties.setProperty("threads", "2");
    Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET allowed_paths = [" + literal(absolute(file)) + "]");
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /// The name under which the file is allowed, and has to be used in statements.
  static String absolute(Path file) {
    return file.toAbsolutePath().normalize().toString();
  }

  /// A string in SQL; settings take no parameters.
  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /// A name of a column in SQL; names take no parameters.
  static String identifier(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /// The error that a file cannot be read; the database's first line says why.
  static StoreException unreadable(Path file, SQLException failure) {
    return new StoreException(
        ErrorCode.FILE_FORMAT,
        "%s is not a Parquet file that can be read: %s".formatted(file, firstLine(failure)),
        failure);
  }

  /// The error that a file cannot be written.
  static StoreException unwritable(Path file, SQLException failure) {
    String line = firstLine(failure);
    String reason = line.contains("No space left") ? "the disk is full" : line;
    return new StoreException(ErrorCode.IO, "cannot write %s: %s".formatted(file, reason), failure);
  }

  private static String firstLine(SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    String line = message.lines().findFirst().orElse("no reason given");
    return line.length() > SHOWN_CHARS ? line.substring(0, SHOWN_CHARS) + "…" : line;
  }
}
