package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses what follows an expression: attributes, subscripts, calls, filters and tests.
final class PostfixParser {
  private final TokenStream stream;
  private final ExpressionParser expressions;

  PostfixParser(TokenStream stream, ExpressionParser expressions) {
    this.stream = stream;
    this.expressions = expressions;
  }

  Expr postfix(Expr start) {
    Expr expression = start;
    while (true) {
      switch (stream.current().type()) {
        case DOT -> expression = attribute(expression);
        case LBRACKET -> expression = subscript(expression);
        case LPAREN -> expression = call(expression);
        default -> {
          return expression;
        }
      }
    }
  }

  Expr filtersAndTests(Expr start) {
    Expr expression = start;
    while (true) {
      if (stream.is(TokenType.PIPE)) {
        expression = filters(expression, false);
      } else if (stream.isName("is")) {
        expression = test(expression);
      } else if (stream.is(TokenType.LPAREN)) {
        expression = call(expression);
      } else {
        return expression;
      }
    }
  }

  private Expr attribute(Expr object) {
    int line = stream.next().line();
    Token token = stream.next();
    return switch (token.type()) {
      case NAME -> new Expr.Attribute(object, token.text(), line);
      case INTEGER -> new Expr.Item(object, new Expr.Const(token.value(), token.line()), line);
      default -> throw stream.fail("expected name or number", token.line());
    };
  }

  private Expr subscript(Expr object) {
    int line = stream.next().line();
    List<Expr> keys = new ArrayList<>();
    while (!stream.is(TokenType.RBRACKET)) {
      if (!keys.isEmpty()) {
        stream.expect(TokenType.COMMA);
      }
      keys.add(key());
    }
    stream.expect(TokenType.RBRACKET);
    if (keys.size() == 1) {
      return new Expr.Item(object, keys.getFirst(), line);
    }
    return new Expr.Item(object, new Expr.Tuple(keys, line), line);
  }

  private Expr key() {
    int line = stream.line();
    @Nullable Expr start = null;
    if (!stream.is(TokenType.COLON)) {
      start = expressions.expression();
      if (!stream.is(TokenType.COLON)) {
        return start;
      }
    }
    stream.next();
    @Nullable Expr stop = stream.is(TokenType.COLON) ? null : slicePart();
    @Nullable Expr step = stream.skipIf(TokenType.COLON) ? slicePart() : null;
    return new Expr.Slice(start, stop, step, line);
  }

  private @Nullable Expr slicePart() {
    return stream.is(TokenType.RBRACKET) || stream.is(TokenType.COMMA)
        ? null
        : expressions.expression();
  }

  private Expr.Call call(Expr function) {
    int line = stream.line();
    return new Expr.Call(function, arguments(), line);
  }

  private Arguments arguments() {
    int line = stream.expect(TokenType.LPAREN).line();
    List<Expr> positional = new ArrayList<>();
    List<Arguments.Keyword> named = new ArrayList<>();
    @Nullable Expr star = null;
    @Nullable Expr doubleStar = null;
    boolean first = true;
    while (!stream.is(TokenType.RPAREN)) {
      if (!first) {
        stream.expect(TokenType.COMMA);
        if (stream.is(TokenType.RPAREN)) {
          break;
        }
      }
      first = false;
      if (stream.is(TokenType.MUL)) {
        require(star == null && doubleStar == null, line);
        stream.next();
        star = expressions.expression();
      } else if (stream.is(TokenType.POW)) {
        require(doubleStar == null, line);
        stream.next();
        doubleStar = expressions.expression();
      } else if (stream.is(TokenType.NAME) && stream.look().is(TokenType.ASSIGN)) {
        require(doubleStar == null, line);
        String name = stream.next().text();
        stream.next();
        named.add(new Arguments.Keyword(name, expressions.expression()));
      } else {
        require(star == null && doubleStar == null && named.isEmpty(), line);
        positional.add(expressions.expression());
      }
    }
    stream.expect(TokenType.RPAREN);
    return new Arguments(positional, named, star, doubleStar);
  }

  private void require(boolean valid, int line) {
    if (!valid) {
      throw stream.fail("invalid syntax for function call expression", line);
    }
  }

  /// The filters behind a `|`; at the start of a `filter` block the first has no `|`.
  Expr filters(@Nullable Expr input, boolean startInline) {
    @Nullable Expr result = input;
    boolean inline = startInline;
    while (inline || stream.is(TokenType.PIPE)) {
      if (!inline) {
        stream.next();
      }
      inline = false;
      int line = stream.line();
      String name = dottedName();
      Arguments arguments = stream.is(TokenType.LPAREN) ? arguments() : Arguments.NONE;
      result = new Expr.Filter(result, name, arguments, line);
    }
    if (result == null) {
      throw new IllegalStateException("no filter where one was seen");
    }
    return result;
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(stream.expect(TokenType.NAME).text());
    while (stream.skipIf(TokenType.DOT)) {
      name.append('.').append(stream.expect(TokenType.NAME).text());
    }
    return name.toString();
  }

  private Expr test(Expr input) {
    int line = stream.next().line();
    boolean negated = stream.skipName("not");
    String name = dottedName();
    Expr test = new Expr.Test(input, name, testArguments(), line);
    return negated ? new Expr.Not(test, line) : test;
  }

  private Arguments testArguments() {
    return switch (stream.current().type()) {
      case LPAREN -> arguments();
      case NAME, STRING, INTEGER, FLOAT, LBRACKET, LBRACE -> {
        if (stream.isName("else") || stream.isName("or") || stream.isName("and")) {
          yield Arguments.NONE;
        }
        if (stream.isName("is")) {
          throw stream.fail("You cannot chain multiple tests with is", stream.line());
        }
        Expr argument = postfix(expressions.tuples().primary(false));
        yield new Arguments(List.of(argument), List.of(), null, null);
      }
      default -> Arguments.NONE;
    };
  }
}
