package org.demur.data.store;

/// One column of a Parquet file.
///
/// @param name its name, unique in the file
/// @param type what it holds
/// @param nullable whether a row may leave it out
public record Column(String name, ColumnType type, boolean nullable) {
  /// A column of strings, in every row.
  public static Column text(String name) {
    return new Column(name, ColumnType.TEXT, false);
  }

  /// A column of whole numbers of 64 bits, in every row.
  public static Column integer(String name) {
    return new Column(name, ColumnType.LONG, false);
  }

  /// A column of doubles, in every row.
  public static Column number(String name) {
    return new Column(name, ColumnType.DOUBLE, false);
  }

  /// A column of truth values, in every row.
  public static Column flag(String name) {
    return new Column(name, ColumnType.BOOLEAN, false);
  }

  /// The same column, which rows may leave out.
  public Column optional() {
    return new Column(name, type, true);
  }
}
