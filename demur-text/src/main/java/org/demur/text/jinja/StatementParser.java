package org.demur.text.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Parses a template into statements.
///
/// Source: `jinja2/parser.py` 3.1.6.
final class StatementParser {
  private final TokenStream stream;
  private final ExpressionParser expressions;
  private final TagParser tags;

  /// The tags that are open, innermost first.
  private final Deque<String> openTags = new ArrayDeque<>();

  /// What would end each open body, innermost first.
  private final Deque<List<String>> ends = new ArrayDeque<>();

  private StatementParser(TokenStream stream) {
    this.stream = stream;
    this.expressions = new ExpressionParser(stream);
    this.tags = new TagParser(stream, expressions, this);
  }

  /// Parses a whole template.
  ///
  /// @throws JinjaException `TemplateSyntaxError` with the line
  static List<Stmt> parse(String source) {
    StatementParser parser = new StatementParser(new TokenStream(Lexer.tokens(source)));
    return parser.body(List.of());
  }

  /// The statements up to the block that starts with one of the names, which becomes current.
  List<Stmt> bodyUntil(String... names) {
    stream.skipIf(TokenType.COLON);
    stream.expect(TokenType.BLOCK_END);
    stream.enter();
    try {
      List<Stmt> body = body(List.of(names));
      if (stream.is(TokenType.END)) {
        ends.push(List.of(names));
        throw unclosed(null, stream.line());
      }
      return body;
    } finally {
      stream.exit();
    }
  }

  /// The statements up to the block that starts with the name, which is dropped.
  List<Stmt> bodyThrough(String name) {
    List<Stmt> body = bodyUntil(name);
    stream.next();
    return body;
  }

  private List<Stmt> body(List<String> names) {
    List<Stmt> body = new ArrayList<>();
    if (!names.isEmpty()) {
      ends.push(names);
    }
    while (!stream.is(TokenType.END)) {
      Token token = stream.next();
      switch (token.type()) {
        case DATA -> body.add(new Stmt.Text(token.text(), token.line()));
        case VARIABLE_BEGIN -> {
          body.add(new Stmt.Print(expressions.tuples().tuple(true, null), token.line()));
          stream.expect(TokenType.VARIABLE_END);
        }
        default -> {
          if (names.stream().anyMatch(stream::isName)) {
            ends.pop();
            return body;
          }
          statement(body);
          stream.expect(TokenType.BLOCK_END);
        }
      }
    }
    if (!names.isEmpty()) {
      ends.pop();
    }
    return body;
  }

  private void statement(List<Stmt> body) {
    Token token = stream.current();
    if (!token.is(TokenType.NAME)) {
      throw stream.fail("tag name expected", token.line());
    }
    openTags.push(token.text());
    if (!tags.parse(token.text(), body)) {
      openTags.pop();
      throw unclosed(token.text(), token.line());
    }
    openTags.pop();
  }

  /// The error for a tag that does not belong here, or (without a name) for the end of the
  /// template.
  private JinjaException unclosed(@Nullable String name, int line) {
    StringBuilder message =
        new StringBuilder(
            name == null
                ? "Unexpected end of template."
                : "Encountered unknown tag " + Undefined.quoted(name) + ".");
    List<String> innermost = ends.peek();
    if (innermost != null) {
      String looking =
          innermost.stream().map(end -> "'" + end + "'").collect(Collectors.joining(" or "));
      boolean expectedFurtherOut =
          name != null && ends.stream().anyMatch(names -> names.contains(name));
      message.append(
          expectedFurtherOut
              ? " You probably made a nesting mistake. Jinja is expecting this tag, but currently"
                  + " looking for "
                  + looking
                  + "."
              : " Jinja was looking for the following tags: " + looking + ".");
    }
    String open = openTags.peek();
    if (open != null) {
      message
          .append(" The innermost block that needs to be closed is ")
          .append(Undefined.quoted(open))
          .append('.');
    }
    return stream.fail(message.toString(), line);
  }
}
