package org.demur.text.jinja;

/// One token of a template.
///
/// @param text the name, the data, or (for a broken place) what is wrong
/// @param value the value of a literal, `None` for the rest
record Token(TokenType type, String text, Value value, int line) {
  static Token of(TokenType type, String text, int line) {
    return new Token(type, text, Value.None.NONE, line);
  }

  boolean is(TokenType other) {
    return type == other;
  }

  boolean isName(String name) {
    return type == TokenType.NAME && text.equals(name);
  }

  /// How errors show it.
  String label() {
    return type == TokenType.NAME ? Undefined.quoted(text) : "'" + type.label() + "'";
  }
}
