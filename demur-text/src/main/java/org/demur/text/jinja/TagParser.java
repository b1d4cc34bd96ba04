package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses the statements that stand in `{% %}`.
final class TagParser {
  private final TokenStream stream;
  private final ExpressionParser expressions;
  private final StatementParser statements;

  TagParser(TokenStream stream, ExpressionParser expressions, StatementParser statements) {
    this.stream = stream;
    this.expressions = expressions;
    this.statements = statements;
  }

  /// Parses the statement that starts with the current name, and adds it.
  ///
  /// @return whether there is such a statement
  boolean parse(String name, List<Stmt> body) {
    switch (name) {
      case "for" -> body.add(loop());
      case "if" -> body.add(condition());
      case "set" -> body.add(assign());
      case "with" -> body.add(with());
      case "macro" -> body.add(macro());
      case "call" -> body.add(callBlock());
      case "filter" -> body.add(filterBlock());
      case "block" -> body.add(block());
      case "print" -> print(body);
      case "generation" -> {
        int line = stream.next().line();
        body.add(new Stmt.Generation(statements.bodyThrough("endgeneration"), line));
      }
      case "break" -> body.add(new Stmt.Break(stream.next().line()));
      case "continue" -> body.add(new Stmt.Continue(stream.next().line()));
      case "include", "import", "from", "extends" -> body.add(load(name));
      case "autoescape" ->
          throw new JinjaException(
              ErrorKind.UNSUPPORTED,
              "the tag 'autoescape' is not available in chat templates",
              stream.line());
      default -> {
        return false;
      }
    }
    return true;
  }

  private Expr tuple(boolean withConditional, @Nullable String endName) {
    return expressions.tuples().tuple(withConditional, endName);
  }

  private Stmt loop() {
    int line = stream.expectName("for").line();
    Expr target = expressions.tuples().target("in", false);
    stream.expectName("in");
    Expr iterable = tuple(false, "recursive");
    Expr test = stream.skipName("if") ? expressions.expression() : null;
    boolean recursive = stream.skipName("recursive");
    List<Stmt> body = statements.bodyUntil("endfor", "else");
    boolean hasElse = stream.next().isName("else");
    List<Stmt> otherwise = hasElse ? statements.bodyThrough("endfor") : List.of();
    return new Stmt.For(target, iterable, test, recursive, body, otherwise, line);
  }

  private Stmt condition() {
    int line = stream.expectName("if").line();
    List<Stmt.Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    while (true) {
      Expr test = tuple(false, null);
      branches.add(new Stmt.Branch(test, statements.bodyUntil("elif", "else", "endif")));
      Token end = stream.next();
      if (end.isName("else")) {
        otherwise = statements.bodyThrough("endif");
      }
      if (!end.isName("elif")) {
        return new Stmt.If(branches, otherwise, line);
      }
    }
  }

  private Stmt assign() {
    int line = stream.next().line();
    Expr target = expressions.tuples().target(null, true);
    if (stream.skipIf(TokenType.ASSIGN)) {
      return new Stmt.Assign(target, tuple(true, null), line);
    }
    Expr.@Nullable Filter filter = null;
    if (stream.is(TokenType.PIPE)
        && expressions.postfix().filters(null, false) instanceof Expr.Filter found) {
      filter = found;
    }
    return new Stmt.AssignBlock(target, filter, statements.bodyThrough("endset"), line);
  }

  private Stmt with() {
    int line = stream.next().line();
    List<Expr> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!stream.is(TokenType.BLOCK_END)) {
      if (!targets.isEmpty()) {
        stream.expect(TokenType.COMMA);
      }
      targets.add(expressions.tuples().target(null, false));
      stream.expect(TokenType.ASSIGN);
      values.add(expressions.expression());
    }
    return new Stmt.With(targets, values, statements.bodyThrough("endwith"), line);
  }

  private Stmt.Parameters parameters() {
    List<String> names = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    stream.expect(TokenType.LPAREN);
    while (!stream.is(TokenType.RPAREN)) {
      if (!names.isEmpty()) {
        stream.expect(TokenType.COMMA);
      }
      Token name = expressions.tuples().targetName();
      if (stream.skipIf(TokenType.ASSIGN)) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw stream.fail("non-default argument follows default argument", stream.line());
      }
      names.add(name.text());
    }
    stream.expect(TokenType.RPAREN);
    return new Stmt.Parameters(names, defaults);
  }

  private Stmt macro() {
    int line = stream.next().line();
    String name = expressions.tuples().targetName().text();
    Stmt.Parameters parameters = parameters();
    return new Stmt.MacroDefinition(name, parameters, statements.bodyThrough("endmacro"), line);
  }

  private Stmt callBlock() {
    int line = stream.next().line();
    Stmt.Parameters parameters = stream.is(TokenType.LPAREN) ? parameters() : Stmt.Parameters.NONE;
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw stream.fail("expected call", line);
    }
    return new Stmt.CallBlock(parameters, call, statements.bodyThrough("endcall"), line);
  }

  private Stmt filterBlock() {
    int line = stream.next().line();
    if (!(expressions.postfix().filters(null, true) instanceof Expr.Filter filter)) {
      throw stream.fail("expected a filter", line);
    }
    return new Stmt.FilterBlock(filter, statements.bodyThrough("endfilter"), line);
  }

  private Stmt block() {
    int line = stream.next().line();
    String name = stream.expect(TokenType.NAME).text();
    boolean scoped = stream.skipName("scoped");
    boolean required = stream.skipName("required");
    if (stream.is(TokenType.SUB)) {
      throw stream.fail(
          "Block names in Jinja have to be valid Python identifiers and may not contain hyphens,"
              + " use an underscore instead.",
          stream.line());
    }
    List<Stmt> body = statements.bodyThrough("endblock");
    if (required && !body.stream().allMatch(TagParser::isBlank)) {
      throw stream.fail("Required blocks can only contain comments or whitespace", stream.line());
    }
    stream.skipName(name);
    return new Stmt.Block(name, scoped, required, body, line);
  }

  private static boolean isBlank(Stmt statement) {
    return statement instanceof Stmt.Text text
        && text.text().codePoints().allMatch(CharClass::isSpace);
  }

  private void print(List<Stmt> body) {
    int line = stream.next().line();
    boolean first = true;
    while (!stream.is(TokenType.BLOCK_END)) {
      if (!first) {
        stream.expect(TokenType.COMMA);
      }
      first = false;
      body.add(new Stmt.Print(expressions.expression(), line));
    }
  }

  /// Parses a tag that loads another template; it fails only when it is reached.
  private Stmt load(String tag) {
    int line = stream.next().line();
    expressions.expression();
    switch (tag) {
      case "include" -> {
        if (stream.isName("ignore") && stream.look().isName("missing")) {
          stream.next();
          stream.next();
        }
        context();
      }
      case "import" -> {
        stream.expectName("as");
        expressions.tuples().targetName();
        context();
      }
      case "from" -> importedNames();
      default -> {
        // "extends" has nothing but the name of the template.
      }
    }
    return new Stmt.Load(tag, line);
  }

  private boolean context() {
    boolean found =
        (stream.isName("with") || stream.isName("without")) && stream.look().isName("context");
    if (found) {
      stream.next();
      stream.next();
    }
    return found;
  }

  private void importedNames() {
    stream.expectName("import");
    do {
      if (context()) {
        return;
      }
      Token name = expressions.tuples().targetName();
      if (name.text().startsWith("_")) {
        throw new JinjaException(
            ErrorKind.TEMPLATE_ASSERTION,
            "names starting with an underline can not be imported",
            name.line());
      }
      if (stream.skipName("as")) {
        expressions.tuples().targetName();
      }
      if (context()) {
        return;
      }
    } while (stream.skipIf(TokenType.COMMA));
  }
}
