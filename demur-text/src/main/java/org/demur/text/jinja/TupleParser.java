package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses literals, names, brackets, tuples, and what stands on the left of an assignment.
final class TupleParser {
  private final TokenStream stream;
  private final ExpressionParser expressions;

  TupleParser(TokenStream stream, ExpressionParser expressions) {
    this.stream = stream;
    this.expressions = expressions;
  }

  /// An expression, or a tuple without parentheses.
  Expr tuple(boolean withConditional, @Nullable String endName) {
    return tuple(() -> expressions.expression(withConditional), endName, false);
  }

  private interface Part {
    Expr parse();
  }

  private Expr tuple(Part part, @Nullable String endName, boolean parenthesized) {
    int line = stream.line();
    List<Expr> items = new ArrayList<>();
    boolean isTuple = false;
    while (true) {
      if (!items.isEmpty()) {
        stream.expect(TokenType.COMMA);
      }
      if (isEnd(endName)) {
        break;
      }
      items.add(part.parse());
      if (!stream.is(TokenType.COMMA)) {
        break;
      }
      isTuple = true;
      line = stream.line();
    }
    if (!isTuple && !items.isEmpty()) {
      return items.getFirst();
    }
    if (!isTuple && !parenthesized) {
      throw stream.fail("Expected an expression, got " + stream.current().label(), stream.line());
    }
    return new Expr.Tuple(items, line);
  }

  private boolean isEnd(@Nullable String endName) {
    return switch (stream.current().type()) {
      case VARIABLE_END, BLOCK_END, RPAREN -> true;
      default -> endName != null && stream.isName(endName);
    };
  }

  /// The target of an assignment: names, perhaps in tuples, perhaps attributes of namespaces.
  Expr target(@Nullable String endName, boolean withNamespace) {
    Expr target = tuple(() -> primary(withNamespace), endName, false);
    requireAssignable(target);
    return target;
  }

  private void requireAssignable(Expr target) {
    if (!isAssignable(target)) {
      throw stream.fail("can't assign to an expression, only to names", target.line());
    }
  }

  private static boolean isAssignable(Expr target) {
    return switch (target) {
      case Expr.Name name -> true;
      case Expr.NamespaceRef ref -> true;
      case Expr.Tuple tuple -> tuple.items().stream().allMatch(TupleParser::isAssignable);
      default -> false;
    };
  }

  /// A name on the left of an assignment.
  Token targetName() {
    Token token = stream.expect(TokenType.NAME);
    if (isConstant(token.text())) {
      throw stream.fail("can't assign to a constant, only to names", token.line());
    }
    return token;
  }

  private static boolean isConstant(String name) {
    return switch (name) {
      case "true", "false", "none", "True", "False", "None" -> true;
      default -> false;
    };
  }

  Expr primary(boolean withNamespace) {
    Token token = stream.current();
    return switch (token.type()) {
      case NAME -> {
        stream.next();
        yield name(token, withNamespace);
      }
      case STRING -> {
        stream.next();
        yield strings(token);
      }
      case INTEGER, FLOAT -> {
        stream.next();
        yield new Expr.Const(token.value(), token.line());
      }
      case LPAREN -> {
        stream.next();
        Expr inner = tuple(expressions::expression, null, true);
        stream.expect(TokenType.RPAREN);
        yield inner;
      }
      case LBRACKET -> list();
      case LBRACE -> dict();
      default -> throw stream.fail("unexpected " + token.label(), token.line());
    };
  }

  private Expr name(Token token, boolean withNamespace) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Const(Value.Bool.TRUE, token.line());
      case "false", "False" -> new Expr.Const(Value.Bool.FALSE, token.line());
      case "none", "None" -> new Expr.Const(Value.None.NONE, token.line());
      default -> {
        if (withNamespace && stream.skipIf(TokenType.DOT)) {
          Token attribute = stream.expect(TokenType.NAME);
          yield new Expr.NamespaceRef(token.text(), attribute.text(), token.line());
        }
        yield new Expr.Name(token.text(), token.line());
      }
    };
  }

  /// Strings that follow each other are one.
  private Expr strings(Token first) {
    if (!stream.is(TokenType.STRING)) {
      return new Expr.Const(first.value(), first.line());
    }
    StringBuilder text = new StringBuilder(first.text());
    while (stream.is(TokenType.STRING)) {
      text.append(stream.next().text());
    }
    return new Expr.Const(Str.of(text.toString()), first.line());
  }

  private Expr list() {
    int line = stream.expect(TokenType.LBRACKET).line();
    List<Expr> items = new ArrayList<>();
    while (isMore(TokenType.RBRACKET, items.isEmpty())) {
      items.add(expressions.expression());
    }
    stream.expect(TokenType.RBRACKET);
    return new Expr.ListOf(items, line);
  }

  private Expr dict() {
    int line = stream.expect(TokenType.LBRACE).line();
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (isMore(TokenType.RBRACE, keys.isEmpty())) {
      keys.add(expressions.expression());
      stream.expect(TokenType.COLON);
      values.add(expressions.expression());
    }
    stream.expect(TokenType.RBRACE);
    return new Expr.DictOf(keys, values, line);
  }

  /// Whether another element follows; the last may be followed by a comma.
  private boolean isMore(TokenType close, boolean first) {
    if (stream.is(close)) {
      return false;
    }
    if (!first) {
      stream.expect(TokenType.COMMA);
    }
    return !stream.is(close);
  }
}
