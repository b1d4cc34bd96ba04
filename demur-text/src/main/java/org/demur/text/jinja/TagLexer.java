package org.demur.text.jinja;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// Splits what stands inside of `{{ }}` and `{% %}` into tokens.
final class TagLexer {
  private static final Map<Character, TokenType> OPERATORS =
      Map.ofEntries(
          Map.entry('+', TokenType.ADD),
          Map.entry('-', TokenType.SUB),
          Map.entry('/', TokenType.DIV),
          Map.entry('*', TokenType.MUL),
          Map.entry('%', TokenType.MOD),
          Map.entry('~', TokenType.TILDE),
          Map.entry('[', TokenType.LBRACKET),
          Map.entry(']', TokenType.RBRACKET),
          Map.entry('(', TokenType.LPAREN),
          Map.entry(')', TokenType.RPAREN),
          Map.entry('{', TokenType.LBRACE),
          Map.entry('}', TokenType.RBRACE),
          Map.entry('>', TokenType.GT),
          Map.entry('<', TokenType.LT),
          Map.entry('=', TokenType.ASSIGN),
          Map.entry('.', TokenType.DOT),
          Map.entry(':', TokenType.COLON),
          Map.entry('|', TokenType.PIPE),
          Map.entry(',', TokenType.COMMA),
          Map.entry(';', TokenType.SEMICOLON));

  private static final Map<String, TokenType> LONG_OPERATORS =
      Map.of(
          "//", TokenType.FLOORDIV,
          "**", TokenType.POW,
          "==", TokenType.EQ,
          "!=", TokenType.NE,
          ">=", TokenType.GTEQ,
          "<=", TokenType.LTEQ);

  /// Python refuses to read longer integers.
  private static final int MAX_DIGITS = 4_300;

  private final String source;
  private final List<Token> tokens;
  private final NumberScanner numbers;

  /// The closing brackets that are still to come; while there are any, no tag ends.
  private final Deque<Character> open = new ArrayDeque<>();

  private int position;
  private int line;

  TagLexer(String source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
    this.numbers = new NumberScanner(source);
  }

  /// The line after what was read last.
  int line() {
    return line;
  }

  /// Reads the tokens of one tag and returns the index behind it.
  int read(int start, int startLine, boolean block) {
    position = start;
    line = startLine;
    while (position < source.length()) {
      int end = open.isEmpty() ? block ? endOfBlock(position) : endOfVariable(position) : -1;
      if (end >= 0) {
        tokens.add(Token.of(block ? TokenType.BLOCK_END : TokenType.VARIABLE_END, "", line));
        moveTo(end);
        return end;
      }
      token();
    }
    return position;
  }

  private void moveTo(int end) {
    for (; position < end; position++) {
      if (source.charAt(position) == '\n') {
        line++;
      }
    }
  }

  /// The index behind `%}` with its sign and the white space that it takes, or -1.
  int endOfBlock(int index) {
    if (source.startsWith("+%}", index)) {
      return index + 3;
    }
    if (source.startsWith("-%}", index)) {
      return skipSpace(index + 3);
    }
    if (!source.startsWith("%}", index)) {
      return -1;
    }
    return source.startsWith("\n", index + 2) ? index + 3 : index + 2;
  }

  private int endOfVariable(int index) {
    if (source.startsWith("-}}", index)) {
      return skipSpace(index + 3);
    }
    return source.startsWith("}}", index) ? index + 2 : -1;
  }

  int skipSpace(int from) {
    int index = from;
    while (index < source.length() && CharClass.isSpace(source.charAt(index))) {
      index++;
    }
    return index;
  }

  private void token() {
    char unit = source.charAt(position);
    if (CharClass.isSpace(unit)) {
      moveTo(skipSpace(position));
    } else if (unit >= '0' && unit <= '9') {
      number();
    } else if (isNamePart(source.codePointAt(position))) {
      name();
    } else if ((unit == '\'' || unit == '"') && endOfString() >= 0) {
      string();
    } else {
      operator(unit);
    }
  }

  private void number() {
    int end = numbers.endOfFloat(position);
    if (end >= 0) {
      double value = Double.parseDouble(source.substring(position, end).replace("_", ""));
      tokens.add(new Token(TokenType.FLOAT, "", new Value.Real(value), line));
      position = end;
      return;
    }
    end = numbers.endOfInteger(position);
    String digits = source.substring(position, end).replace("_", "");
    int radix = numbers.radix(position);
    if (radix == 10 && digits.length() > MAX_DIGITS) {
      throw new JinjaException(ErrorKind.VALUE, "an integer has more than 4300 digits", line);
    }
    BigInteger value = new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    if (value.bitLength() > Numbers.MAX_BITS) {
      throw new JinjaException(ErrorKind.VALUE, "an integer is too large", line);
    }
    tokens.add(new Token(TokenType.INTEGER, "", new Value.Int(value), line));
    position = end;
  }

  private static boolean isNamePart(int point) {
    return CharClass.isWord(point)
        || Character.getType(point) == Character.NON_SPACING_MARK
        || Character.getType(point) == Character.COMBINING_SPACING_MARK
        || point == '·';
  }

  private void name() {
    int end = position;
    while (end < source.length() && isNamePart(source.codePointAt(end))) {
      end += Character.charCount(source.codePointAt(end));
    }
    String name = source.substring(position, end);
    if (!StrTests.isIdentifier(name)) {
      throw syntax("Invalid character in identifier");
    }
    tokens.add(Token.of(TokenType.NAME, name, line));
    position = end;
  }

  /// The index behind the closing quote of the string that starts here, or -1.
  private int endOfString() {
    char quote = source.charAt(position);
    for (int index = position + 1; index < source.length(); index++) {
      char unit = source.charAt(index);
      if (unit == quote) {
        return index + 1;
      }
      if (unit == '\\') {
        index++;
      }
    }
    return -1;
  }

  private void string() {
    int end = endOfString();
    String text;
    try {
      text = StringLiteral.unescape(source.substring(position + 1, end - 1));
    } catch (JinjaException malformed) {
      throw malformed.at(line);
    }
    tokens.add(new Token(TokenType.STRING, text, Str.of(text), line));
    moveTo(end);
  }

  private void operator(char unit) {
    String pair = source.substring(position, Math.min(position + 2, source.length()));
    TokenType type = LONG_OPERATORS.get(pair);
    int length = type == null ? 1 : 2;
    if (type == null) {
      type = OPERATORS.get(unit);
    }
    if (type == null) {
      String shown = Character.toString(source.codePointAt(position));
      throw syntax("unexpected char '%s' at %d".formatted(shown, position));
    }
    balance(unit);
    tokens.add(Token.of(type, "", line));
    position += length;
  }

  private void balance(char unit) {
    switch (unit) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty()) {
          throw syntax("unexpected '%c'".formatted(unit));
        }
        char expected = open.pop();
        if (expected != unit) {
          throw syntax("unexpected '%c', expected '%c'".formatted(unit, expected));
        }
      }
      default -> {
        // Other operators neither open nor close anything.
      }
    }
  }

  private JinjaException syntax(String message) {
    return new JinjaException(ErrorKind.TEMPLATE_SYNTAX, message, line);
  }
}
