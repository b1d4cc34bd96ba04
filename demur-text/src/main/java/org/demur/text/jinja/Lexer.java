package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;

/// Splits a template into data and the tokens inside of its tags.
///
/// Works like jinja2's lexer with `trim_blocks` (the newline after a block goes) and
/// `lstrip_blocks` (white space between the start of a line and a block goes).
///
/// Source: `jinja2/lexer.py` 3.1.6.
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final TagLexer tags;
  private int position;
  private int line = 1;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
    this.tags = new TagLexer(source, tokens);
  }

  /// All tokens, the last being `END`, or `BROKEN` where the source cannot be read.
  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(normalized(source));
    try {
      lexer.run();
      lexer.tokens.add(Token.of(TokenType.END, "", lexer.line));
    } catch (JinjaException broken) {
      // Kept for later, because an error of the parser further up comes first.
      lexer.tokens.add(
          new Token(
              TokenType.BROKEN,
              String.valueOf(broken.getMessage()),
              Value.Bool.of(broken.kind() == ErrorKind.VALUE),
              broken.line()));
    }
    return lexer.tokens;
  }

  /// All line ends as one newline, and the last of them gone.
  private static String normalized(String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private void run() {
    while (position < source.length()) {
      int start = nextTag(position);
      if (start < 0) {
        data(source.substring(position), 0);
        return;
      }
      char kind = source.charAt(start + 1);
      int raw = kind == '%' ? endOfRawTag(start) : -1;
      int afterSign = start + 2;
      char sign = afterSign < source.length() ? source.charAt(afterSign) : 0;
      if (sign == '-' || sign == '+') {
        afterSign++;
      } else {
        sign = 0;
      }
      leading(source.substring(position, start), sign, kind != '{');
      if (raw >= 0) {
        advance(start, raw);
        raw();
      } else if (kind == '#') {
        advance(start, afterSign);
        comment();
      } else {
        position = afterSign;
        tag(kind);
      }
    }
  }

  /// The next `{{`, `{%` or `{#`, or -1.
  private int nextTag(int from) {
    int brace = source.indexOf('{', from);
    while (brace >= 0 && brace + 1 < source.length()) {
      char kind = source.charAt(brace + 1);
      if (kind == '{' || kind == '%' || kind == '#') {
        return brace;
      }
      brace = source.indexOf('{', brace + 1);
    }
    return -1;
  }

  /// Data before a tag, without the white space that the tag takes away.
  private void leading(String text, char sign, boolean block) {
    if (sign == '-') {
      int end = text.length();
      while (end > 0 && CharClass.isSpace(text.charAt(end - 1))) {
        end--;
      }
      data(text.substring(0, end), newlines(text, end));
      return;
    }
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean strip =
        block
            && sign != '+'
            && (lineStart > 0 || lineStarting)
            && isBlank(text, lineStart, text.length());
    data(strip ? text.substring(0, lineStart) : text, 0);
  }

  private void data(String text, int strippedNewlines) {
    if (!text.isEmpty()) {
      tokens.add(Token.of(TokenType.DATA, text, line));
    }
    line += newlines(text, 0) + strippedNewlines;
  }

  private static int newlines(String text, int from) {
    return (int) text.chars().skip(from).filter(unit -> unit == '\n').count();
  }

  private static boolean isBlank(String text, int from, int to) {
    return text.substring(from, to).codePoints().allMatch(CharClass::isSpace);
  }

  /// Moves on over a tag without tokens.
  private void advance(int start, int end) {
    line += newlines(source.substring(start, end), 0);
    lineStarting = source.charAt(end - 1) == '\n';
    position = end;
  }

  /// Where `{% raw %}` ends if it starts here, or -1.
  private int endOfRawTag(int start) {
    int index = start + 2;
    if (index < source.length() && (source.charAt(index) == '-' || source.charAt(index) == '+')) {
      index++;
    }
    index = afterWord(index, "raw");
    if (index < 0) {
      return -1;
    }
    if (source.startsWith("-%}", index)) {
      return tags.skipSpace(index + 3);
    }
    return source.startsWith("%}", index) ? index + 2 : -1;
  }

  /// The index after a word with white space around, or -1.
  private int afterWord(int index, String word) {
    int start = tags.skipSpace(index);
    return source.startsWith(word, start) ? tags.skipSpace(start + word.length()) : -1;
  }

  private void raw() {
    for (int start = source.indexOf("{%", position);
        start >= 0;
        start = source.indexOf("{%", start + 1)) {
      int index = start + 2;
      char sign = index < source.length() ? source.charAt(index) : 0;
      boolean signed = sign == '-' || sign == '+';
      int afterWord = afterWord(signed ? index + 1 : index, "endraw");
      int end = afterWord < 0 ? -1 : tags.endOfBlock(afterWord);
      if (end >= 0) {
        leading(source.substring(position, start), signed ? sign : 0, true);
        advance(start, end);
        return;
      }
    }
    requireEndOfSource("Missing end of raw directive");
  }

  private void comment() {
    int close = source.indexOf("#}", position);
    if (close < 0) {
      requireEndOfSource("Missing end of comment tag");
      return;
    }
    int end = close + 2;
    char sign = close > position ? source.charAt(close - 1) : 0;
    if (sign == '-') {
      end = tags.skipSpace(end);
    } else if (sign != '+' && end < source.length() && source.charAt(end) == '\n') {
      end++;
    }
    advance(position, end);
  }

  private void tag(char kind) {
    boolean block = kind == '%';
    tokens.add(Token.of(block ? TokenType.BLOCK_BEGIN : TokenType.VARIABLE_BEGIN, "", line));
    position = tags.read(position, line, block);
    line = tags.line();
    lineStarting = source.charAt(position - 1) == '\n';
  }

  /// jinja2 does not mind a raw block or comment that begins where the source ends.
  private void requireEndOfSource(String message) {
    if (position < source.length()) {
      throw new JinjaException(ErrorKind.TEMPLATE_SYNTAX, message, line);
    }
  }
}
