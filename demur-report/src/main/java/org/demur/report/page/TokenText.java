package org.demur.report.page;

/// Tokens as a reader can see them.
final class TokenText {
  private TokenText() {}

  /// Line feeds, tabs and an empty text become signs; a token of spaces shows each of them.
  static String visible(String token) {
    if (token.isEmpty()) {
      return "∅";
    }
    String text = token.replace("\n", "↵").replace("\r", "␍").replace("\t", "⇥");
    return text.isBlank() ? text.replace(' ', '␣') : text;
  }
}
