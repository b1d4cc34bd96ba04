package org.demur.data.table;

/// One value of a row.
///
/// @param kind what the file holds there
/// @param text the value as text; empty for [Kind#NULL] and [Kind#NESTED]
public record Cell(Kind kind, String text) {
  /// A value that is missing although its column is there.
  public static final Cell NULL = new Cell(Kind.NULL, "");

  /// A list or an object, which is not kept.
  public static final Cell NESTED = new Cell(Kind.NESTED, "");

  /// What a file holds in one place.
  public enum Kind {
    /// A string.
    TEXT("a string"),
    /// A number.
    NUMBER("a number"),
    /// True or false.
    BOOLEAN("true or false"),
    /// Null.
    NULL("null"),
    /// A list, an object, or bytes.
    NESTED("a list, an object or bytes");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    /// What errors call it.
    public String description() {
      return description;
    }
  }

  /// A string.
  public static Cell text(String text) {
    return new Cell(Kind.TEXT, text);
  }

  /// Whether it is a string, a number, or true or false.
  public boolean isScalar() {
    return kind == Kind.TEXT || kind == Kind.NUMBER || kind == Kind.BOOLEAN;
  }
}
