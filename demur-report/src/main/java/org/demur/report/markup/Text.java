package org.demur.report.markup;

/// Text of a page; whatever it holds is shown and never interpreted.
///
/// @param text any text
public record Text(String text) implements Node {
  private static final char REPLACEMENT = '\uFFFD';

  @Override
  public void appendTo(StringBuilder page) {
    escape(text, page);
  }

  /// Appends `text` so that it is inert in content and in quoted attributes.
  ///
  /// Control characters become U+FFFD. Characters that reorder or hide text become their code, so
  /// that a token can neither disguise itself nor its neighbours.
  static void escape(String text, StringBuilder page) {
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (Character.isHighSurrogate(character)
          && index + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(index + 1))) {
        int codePoint = text.codePointAt(index);
        if (Character.getType(codePoint) == Character.FORMAT) {
          code(codePoint, page);
        } else {
          page.appendCodePoint(codePoint);
        }
        index++;
      } else {
        escape(character, page);
      }
    }
  }

  private static void escape(char character, StringBuilder page) {
    switch (character) {
      case '&' -> page.append("&amp;");
      case '<' -> page.append("&lt;");
      case '>' -> page.append("&gt;");
      case '"' -> page.append("&quot;");
      case '\'' -> page.append("&#39;");
      case '\n', '\t' -> page.append(character);
      default -> {
        if (Character.isISOControl(character) || Character.isSurrogate(character)) {
          page.append(REPLACEMENT);
        } else if (Character.getType(character) == Character.FORMAT) {
          code(character, page);
        } else {
          page.append(character);
        }
      }
    }
  }

  private static void code(int codePoint, StringBuilder page) {
    page.append("[U+%04X]".formatted(codePoint));
  }
}
