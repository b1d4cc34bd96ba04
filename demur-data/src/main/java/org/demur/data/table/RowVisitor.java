package org.demur.data.table;

/// Takes the rows of a file one after the other.
@FunctionalInterface
public interface RowVisitor {
  /// Takes a row.
  ///
  /// @return whether the next row is wanted
  boolean visit(Row row);
}
