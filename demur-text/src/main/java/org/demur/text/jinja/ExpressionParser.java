package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses expressions, from the loosest operator to the tightest.
///
/// Source: `jinja2/parser.py` 3.1.6; its order of precedence and its oddities are kept.
final class ExpressionParser {
  private static final Map<TokenType, Expr.Relation> RELATIONS =
      Map.of(
          TokenType.EQ, Expr.Relation.EQUAL,
          TokenType.NE, Expr.Relation.NOT_EQUAL,
          TokenType.LT, Expr.Relation.LESS,
          TokenType.LTEQ, Expr.Relation.LESS_OR_EQUAL,
          TokenType.GT, Expr.Relation.GREATER,
          TokenType.GTEQ, Expr.Relation.GREATER_OR_EQUAL);

  private static final Map<TokenType, Operators.Binary> SUMS =
      Map.of(TokenType.ADD, Operators.Binary.ADD, TokenType.SUB, Operators.Binary.SUBTRACT);

  private static final Map<TokenType, Operators.Binary> PRODUCTS =
      Map.of(
          TokenType.MUL, Operators.Binary.MULTIPLY,
          TokenType.DIV, Operators.Binary.DIVIDE,
          TokenType.FLOORDIV, Operators.Binary.FLOOR_DIVIDE,
          TokenType.MOD, Operators.Binary.MODULO);

  private static final Map<TokenType, Operators.Binary> POWERS =
      Map.of(TokenType.POW, Operators.Binary.POWER);

  private final TokenStream stream;
  private final PostfixParser postfix;
  private final TupleParser tuples;

  ExpressionParser(TokenStream stream) {
    this.stream = stream;
    this.postfix = new PostfixParser(stream, this);
    this.tuples = new TupleParser(stream, this);
  }

  PostfixParser postfix() {
    return postfix;
  }

  TupleParser tuples() {
    return tuples;
  }

  Expr expression(boolean withConditional) {
    return withConditional ? conditional() : or();
  }

  Expr expression() {
    return conditional();
  }

  private Expr conditional() {
    stream.enter();
    try {
      int line = stream.line();
      Expr then = or();
      while (stream.skipName("if")) {
        Expr test = or();
        @Nullable Expr otherwise = stream.skipName("else") ? conditional() : null;
        then = new Expr.Conditional(test, then, otherwise, line);
        line = stream.line();
      }
      return then;
    } finally {
      stream.exit();
    }
  }

  private Expr or() {
    int line = stream.line();
    Expr left = and();
    while (stream.skipName("or")) {
      left = new Expr.Logic(left, and(), false, line);
      line = stream.line();
    }
    return left;
  }

  private Expr and() {
    int line = stream.line();
    Expr left = not();
    while (stream.skipName("and")) {
      left = new Expr.Logic(left, not(), true, line);
      line = stream.line();
    }
    return left;
  }

  private Expr not() {
    if (!stream.isName("not")) {
      return compare();
    }
    stream.enter();
    try {
      int line = stream.next().line();
      return new Expr.Not(not(), line);
    } finally {
      stream.exit();
    }
  }

  private Expr compare() {
    int line = stream.line();
    Expr first = sum();
    List<Expr.Operand> rest = new ArrayList<>();
    for (Expr.Relation relation = relation(); relation != null; relation = relation()) {
      rest.add(new Expr.Operand(relation, sum()));
      line = stream.line();
    }
    return rest.isEmpty() ? first : new Expr.Compare(first, rest, line);
  }

  private Expr.@Nullable Relation relation() {
    Expr.Relation relation = RELATIONS.get(stream.current().type());
    if (relation != null) {
      stream.next();
      return relation;
    }
    if (stream.skipName("in")) {
      return Expr.Relation.IN;
    }
    if (stream.isName("not") && stream.look().isName("in")) {
      stream.next();
      stream.next();
      return Expr.Relation.NOT_IN;
    }
    return null;
  }

  private Expr sum() {
    int line = stream.line();
    Expr left = concat();
    for (Operators.Binary operator = take(SUMS); operator != null; operator = take(SUMS)) {
      left = new Expr.Binary(operator, left, concat(), line);
      line = stream.line();
    }
    return left;
  }

  private Operators.@Nullable Binary take(Map<TokenType, Operators.Binary> operators) {
    Operators.Binary operator = operators.get(stream.current().type());
    if (operator != null) {
      stream.next();
    }
    return operator;
  }

  private Expr concat() {
    int line = stream.line();
    List<Expr> parts = new ArrayList<>();
    parts.add(product());
    while (stream.skipIf(TokenType.TILDE)) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expr.Concat(parts, line);
  }

  private Expr product() {
    int line = stream.line();
    Expr left = power();
    for (Operators.Binary operator = take(PRODUCTS); operator != null; operator = take(PRODUCTS)) {
      left = new Expr.Binary(operator, left, power(), line);
      line = stream.line();
    }
    return left;
  }

  private Expr power() {
    int line = stream.line();
    Expr left = unary(true);
    for (Operators.Binary operator = take(POWERS); operator != null; operator = take(POWERS)) {
      left = new Expr.Binary(operator, left, unary(true), line);
      line = stream.line();
    }
    return left;
  }

  private Expr unary(boolean withFilter) {
    stream.enter();
    try {
      int line = stream.line();
      Expr expression;
      if (stream.skipIf(TokenType.SUB)) {
        expression = new Expr.Sign(unary(false), true, line);
      } else if (stream.skipIf(TokenType.ADD)) {
        expression = new Expr.Sign(unary(false), false, line);
      } else {
        expression = tuples.primary(false);
      }
      expression = postfix.postfix(expression);
      return withFilter ? postfix.filtersAndTests(expression) : expression;
    } finally {
      stream.exit();
    }
  }
}
