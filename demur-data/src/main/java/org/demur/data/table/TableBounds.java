package org.demur.data.table;

/// How much of a file is accepted; files of rows come from strangers.
///
/// @param maxBytes size of one file
/// @param maxRows rows of one file
/// @param maxFieldChars characters of one field, and of one line of a line-based format
/// @param maxColumns columns of one row
public record TableBounds(long maxBytes, int maxRows, int maxFieldChars, int maxColumns) {
  /// 256 MB, a million rows, ten million characters in a field, 10,000 columns.
  public static final TableBounds DEFAULTS =
      new TableBounds(256_000_000, 1_000_000, 10_000_000, 10_000);
}
