package org.demur.data.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.demur.core.ErrorCode;
import org.demur.data.store.ParquetTable;

/// Reads the rows of a file, whatever its format, from front to back.
///
/// **Errors.** [TableException] (and [org.demur.data.store.StoreException] for Parquet) with the
/// file, the line and what is accepted; [ErrorCode#NOT_FOUND] when there is no file.
public final class TableFiles {
  private TableFiles() {}

  /// Gives the rows of `file` to `visitor` until it wants no more; rows behind are not looked at.
  public static void read(Path file, TableBounds bounds, RowVisitor visitor) {
    RowVisitor counted = new BoundedVisitor(file, bounds.maxRows(), visitor);
    try {
      checkSize(file, bounds);
      TableFormat format = TableFormat.of(file);
      if (format == TableFormat.PARQUET) {
        readParquet(file, bounds, counted);
        return;
      }
      try (InputStream in = Files.newInputStream(file);
          Utf8Reader reader = new Utf8Reader(in, file.toString(), bounds.maxBytes())) {
        readText(format, reader, file.toString(), bounds, counted);
      }
    } catch (NoSuchFileException e) {
      throw new TableException(ErrorCode.NOT_FOUND, "there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new TableException(ErrorCode.IO, "cannot read " + file + ": permission denied", e);
    } catch (IOException e) {
      throw new TableException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Gives the rows of JSON Lines to `visitor`.
  ///
  /// @param in closed by the caller
  /// @param name what errors call it
  public static void readJsonLines(
      InputStream in, String name, TableBounds bounds, RowVisitor visitor) {
    new RowsJson(name, bounds).readLines(new Utf8Reader(in, name, bounds.maxBytes()), visitor);
  }

  private static void readText(
      TableFormat format, Utf8Reader in, String name, TableBounds bounds, RowVisitor visitor) {
    switch (format) {
      case JSON_LINES -> new RowsJson(name, bounds).readLines(in, visitor);
      case JSON_ARRAY -> new RowsJson(name, bounds).readArray(in, visitor);
      case CSV -> DelimitedRows.read(new DelimitedParser(in, name, ',', bounds), visitor);
      case TSV -> DelimitedRows.read(new DelimitedParser(in, name, '\t', bounds), visitor);
      case TEXT -> TextRows.read(in, name, bounds, visitor);
      case PARQUET -> throw new IllegalArgumentException("Parquet is no text");
    }
  }

  private static void readParquet(Path file, TableBounds bounds, RowVisitor visitor) {
    try (ParquetTable table = ParquetTable.open(file)) {
      if (table.rowCount() > bounds.maxRows()) {
        throw tooManyRows(file, bounds.maxRows());
      }
      ParquetCells.read(table, file.toString(), visitor);
    }
  }

  private static void checkSize(Path file, TableBounds bounds) throws IOException {
    if (!Files.isRegularFile(file) && Files.exists(file)) {
      throw new TableException(ErrorCode.FILE_FORMAT, file + " is not a regular file");
    }
    long bytes = Files.size(file);
    if (bytes > bounds.maxBytes()) {
      throw new TableException(
          ErrorCode.FILE_FORMAT,
          "%s has %d bytes; at most %d are accepted".formatted(file, bytes, bounds.maxBytes()));
    }
  }

  private static TableException tooManyRows(Path file, int maxRows) {
    return new TableException(
        ErrorCode.FILE_FORMAT,
        "%s has more than the %d rows that are accepted".formatted(file, maxRows));
  }

  private static final class BoundedVisitor implements RowVisitor {
    private final Path file;
    private final int maxRows;
    private final RowVisitor visitor;
    private int rows;

    BoundedVisitor(Path file, int maxRows, RowVisitor visitor) {
      this.file = file;
      this.maxRows = maxRows;
      this.visitor = visitor;
    }

    @Override
    public boolean visit(Row row) {
      rows++;
      if (rows > maxRows) {
        throw tooManyRows(file, maxRows);
      }
      return visitor.visit(row);
    }
  }
}
