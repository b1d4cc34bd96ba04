package org.demur.text.jinja;

import java.util.List;

/// The tokens of a template, one at a time.
final class TokenStream {
  /// How deep the constructs of a template may nest.
  private static final int MAX_NESTING = 200;

  private final List<Token> tokens;
  private int position;
  private int nesting;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
    check();
  }

  Token current() {
    return tokens.get(position);
  }

  /// The token after the current one.
  Token look() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  int line() {
    return current().line();
  }

  /// Moves on and returns the token that was current.
  Token next() {
    Token token = current();
    if (position < tokens.size() - 1) {
      position++;
      check();
    }
    return token;
  }

  private void check() {
    Token token = current();
    if (token.is(TokenType.BROKEN)) {
      boolean value = token.value() == Value.Bool.TRUE;
      throw new JinjaException(
          value ? ErrorKind.VALUE : ErrorKind.TEMPLATE_SYNTAX, token.text(), token.line());
    }
  }

  boolean is(TokenType type) {
    return current().is(type);
  }

  boolean isName(String name) {
    return current().isName(name);
  }

  boolean skipIf(TokenType type) {
    boolean found = is(type);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipName(String name) {
    boolean found = isName(name);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(TokenType type) {
    if (!is(type)) {
      throw unexpected("'" + type.label() + "'");
    }
    return next();
  }

  Token expectName(String name) {
    if (!isName(name)) {
      throw unexpected("'" + name + "'");
    }
    return next();
  }

  private JinjaException unexpected(String expected) {
    return is(TokenType.END)
        ? fail("unexpected end of template, expected %s.".formatted(expected), line())
        : fail("expected token %s, got %s".formatted(expected, current().label()), line());
  }

  JinjaException fail(String message, int line) {
    return new JinjaException(ErrorKind.TEMPLATE_SYNTAX, message, line);
  }

  /// Goes one construct deeper; every call is followed by [#exit()] in a `finally`.
  void enter() {
    if (nesting >= MAX_NESTING) {
      throw new JinjaException(
          ErrorKind.RECURSION,
          "the template nests tags or expressions deeper than %d levels".formatted(MAX_NESTING),
          line());
    }
    nesting++;
  }

  void exit() {
    nesting--;
  }
}
