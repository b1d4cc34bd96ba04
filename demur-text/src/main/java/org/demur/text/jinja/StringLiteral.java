package org.demur.text.jinja;

/// The escapes of a string literal, as Python's codec `unicode-escape` reads them.
final class StringLiteral {
  private final String text;
  private final StringBuilder result = new StringBuilder();
  private int position;

  private StringLiteral(String text) {
    this.text = text;
  }

  /// The value of what stands between the quotes.
  ///
  /// @throws JinjaException `TemplateSyntaxError` for an escape that is cut off or names nothing
  static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringLiteral literal = new StringLiteral(text);
    while (literal.position < text.length()) {
      literal.next();
    }
    return literal.result.toString();
  }

  private void next() {
    char unit = text.charAt(position++);
    if (unit != '\\') {
      result.append(unit);
      return;
    }
    if (position == text.length()) {
      throw malformed("\\ at end of string");
    }
    int point = text.codePointAt(position);
    position += Character.charCount(point);
    switch (point) {
      case '\n' -> {
        // A newline behind a backslash continues the line.
      }
      case '\\', '\'', '"' -> result.appendCodePoint(point);
      case 'a' -> result.append('\u0007');
      case 'b' -> result.append('\b');
      case 'f' -> result.append('\f');
      case 'n' -> result.append('\n');
      case 'r' -> result.append('\r');
      case 't' -> result.append('\t');
      case 'v' -> result.append('\u000b');
      case 'x' -> hexadecimal('x', 2);
      case 'u' -> hexadecimal('u', 4);
      case 'U' -> hexadecimal('U', 8);
      case 'N' -> named();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(point - '0');
      default -> {
        // jinja2 writes other alphabets as escapes first, and the backslash then protects those.
        result.append('\\');
        result.append(
            point < 0x80 ? Character.toString(point) : PythonText.escape(point).substring(1));
      }
    }
  }

  private void hexadecimal(char letter, int digits) {
    int point = 0;
    for (int count = 0; count < digits; count++) {
      int digit = position < text.length() ? Character.digit(text.charAt(position), 16) : -1;
      if (digit < 0 || text.charAt(position) > 0x7f || point > Character.MAX_CODE_POINT) {
        throw malformed("truncated \\" + letter + "X".repeat(digits) + " escape");
      }
      point = point * 16 + digit;
      position++;
    }
    if (!Character.isValidCodePoint(point)) {
      throw malformed("illegal Unicode character");
    }
    result.appendCodePoint(point);
  }

  private void octal(int first) {
    int point = first;
    for (int count = 1; count < 3 && position < text.length(); count++) {
      char unit = text.charAt(position);
      if (unit < '0' || unit > '7') {
        break;
      }
      point = point * 8 + unit - '0';
      position++;
    }
    result.appendCodePoint(point);
  }

  private void named() {
    int end = text.startsWith("{", position) ? text.indexOf('}', position) : -1;
    if (end < 0) {
      throw malformed("malformed \\N character escape");
    }
    try {
      result.appendCodePoint(Character.codePointOf(text.substring(position + 1, end)));
    } catch (IllegalArgumentException unknown) {
      throw malformed("unknown Unicode character name");
    }
    position = end + 1;
  }

  private static JinjaException malformed(String message) {
    return new JinjaException(ErrorKind.TEMPLATE_SYNTAX, message);
  }
}
