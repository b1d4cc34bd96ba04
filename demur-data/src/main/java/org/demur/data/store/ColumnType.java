package org.demur.data.store;

/// What a column of a Parquet file holds.
public enum ColumnType {
  /// Strings.
  TEXT("VARCHAR", String.class),
  /// Whole numbers of 64 bits.
  LONG("BIGINT", Long.class),
  /// Doubles; not a number and infinities are kept.
  DOUBLE("DOUBLE", Double.class),
  /// Truth values.
  BOOLEAN("BOOLEAN", Boolean.class);

  private final String sqlName;
  private final Class<?> javaType;

  ColumnType(String sqlName, Class<?> javaType) {
    this.sqlName = sqlName;
    this.javaType = javaType;
  }

  /// Its type in SQL.
  String sqlName() {
    return sqlName;
  }

  /// The type of its values in a row.
  public Class<?> javaType() {
    return javaType;
  }
}
