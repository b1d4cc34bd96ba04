package org.demur.text.jinja;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plans the scopes of a template and makes the checks that jinja2 makes when it compiles one.
///
/// Source: `jinja2/compiler.py` 3.1.6.
final class ScopePlanner {
  /// Where a statement stands.
  ///
  /// @param soft whether unknown filters fail only when they are reached: directly in a condition
  /// @param inLoop whether there is a loop to break out of
  private record Place(Symbols symbols, boolean soft, boolean inLoop) {
    Place softened() {
      return new Place(symbols, true, inLoop);
    }

    Place inner(Symbols inner) {
      return new Place(inner, false, inLoop);
    }
  }

  private final ScopePlan plan;

  private ScopePlanner(ScopePlan plan) {
    this.plan = plan;
  }

  static ScopePlan plan(List<Stmt> template) {
    Symbols root = Symbols.inside(null);
    SymbolCollector.collect(root, template);
    ScopePlan plan = new ScopePlan(root);
    new ScopePlanner(plan).statements(template, new Place(root, false, false));
    return plan;
  }

  private void statements(List<Stmt> statements, Place place) {
    for (Stmt statement : statements) {
      statement(statement, place);
    }
  }

  private void statement(Stmt statement, Place place) {
    switch (statement) {
      case Stmt.Print print -> check(print.value(), place);
      case Stmt.For loop -> loop(loop, place);
      case Stmt.If condition -> {
        Place soft = place.softened();
        for (Stmt.Branch branch : condition.branches()) {
          check(branch.test(), soft);
          statements(branch.body(), soft);
        }
        statements(condition.otherwise(), soft);
      }
      case Stmt.Assign assign -> check(assign.value(), place);
      case Stmt.AssignBlock assign -> {
        List<Expr> filter = assign.filter() == null ? List.of() : List.of(assign.filter());
        Place inner = inner(assign, assign.body(), filter, place);
        statements(assign.body(), inner);
        check(assign.filter(), inner);
      }
      case Stmt.With with -> with(with, place);
      case Stmt.MacroDefinition macro -> definition(macro, place);
      case Stmt.Generation generation -> definition(generation, place);
      case Stmt.CallBlock block -> {
        definition(block, place);
        check(block.call(), place);
      }
      case Stmt.FilterBlock block -> {
        Place inner = inner(block, block.body(), List.of(block.filter()), place);
        statements(block.body(), inner);
        check(block.filter(), inner);
      }
      case Stmt.Block block -> block(block);
      case Stmt.Break leave -> requireLoop("break", leave.line(), place);
      case Stmt.Continue next -> requireLoop("continue", next.line(), place);
      case Stmt.Text text -> {}
      case Stmt.Load load -> {}
    }
  }

  private static void requireLoop(String tag, int line, Place place) {
    if (!place.inLoop()) {
      throw new JinjaException(ErrorKind.SYNTAX, "'%s' outside loop".formatted(tag), line);
    }
  }

  private static void check(@Nullable Expr expression, Place place) {
    if (expression != null) {
      ExpressionChecker.check(expression, place.soft());
    }
  }

  private Place inner(Stmt statement, List<Stmt> body, List<Expr> expressions, Place place) {
    Symbols symbols = Symbols.inside(place.symbols());
    SymbolCollector.collect(symbols, body);
    SymbolCollector.collectExpressions(symbols, expressions);
    plan.add(statement, symbols);
    return place.inner(symbols);
  }

  private void with(Stmt.With with, Place place) {
    Symbols symbols = Symbols.inside(place.symbols());
    with.targets().forEach(target -> SymbolCollector.collectParameters(symbols, target));
    SymbolCollector.collect(symbols, with.body());
    plan.add(with, symbols);
    with.values().forEach(value -> check(value, place));
    statements(with.body(), place.inner(symbols));
  }

  private void loop(Stmt.For loop, Place place) {
    requireLoopUntouched(loop);
    boolean hasLoop =
        loop.recursive()
            || UndeclaredNames.in(loop.body(), "loop").contains("loop")
            || hasScopedBlock(loop.body());
    Symbols body = Symbols.inside(place.symbols());
    if (hasLoop) {
      body.declareParameter("loop");
    }
    SymbolCollector.collectParameters(body, loop.target());
    SymbolCollector.collect(body, loop.body());
    Symbols otherwise = Symbols.inside(place.symbols());
    SymbolCollector.collect(otherwise, loop.otherwise());
    Symbols test = Symbols.inside(place.symbols());
    if (loop.test() != null) {
      SymbolCollector.collectParameters(test, loop.target());
      SymbolCollector.collectExpressions(test, List.of(loop.test()));
      check(loop.test(), place.inner(test));
    }
    plan.add(loop, new ScopePlan.Loop(body, otherwise, test, hasLoop));
    check(loop.iterable(), place);
    statements(loop.body(), new Place(body, false, true));
    // A recursive loop becomes a function, so what is outside of it cannot be left from its else.
    statements(loop.otherwise(), new Place(otherwise, false, place.inLoop() && !loop.recursive()));
  }

  private static void requireLoopUntouched(Stmt.For loop) {
    new NameWalker() {
      @Override
      void loaded(String name) {
        // Reading it is what it is for.
      }

      @Override
      void stored(Expr.Name name) {
        if (name.name().equals("loop")) {
          throw new JinjaException(
              ErrorKind.TEMPLATE_ASSERTION,
              "Can't assign to special loop variable in for-loop target",
              name.line());
        }
      }

      @Override
      void parameter(String name) {
        // A parameter hides it without changing it.
      }
    }.statements(List.of(loop));
  }

  private static boolean hasScopedBlock(List<Stmt> body) {
    return body.stream().anyMatch(statement -> statement instanceof Stmt.Block b && b.scoped());
  }

  private void definition(Stmt.Definition definition, Place place) {
    Stmt.Parameters parameters = definition.parameters();
    Symbols symbols = Symbols.inside(place.symbols());
    Set<String> special = UndeclaredNames.in(definition.body(), "caller", "kwargs", "varargs");
    int caller = parameters.names().indexOf("caller");
    boolean usesCaller = special.contains("caller");
    if (usesCaller && caller >= 0 && parameters.defaultOf(caller) == null) {
      throw new JinjaException(
          ErrorKind.TEMPLATE_ASSERTION,
          "When defining macros or call blocks the special \"caller\" argument must be omitted or"
              + " be given a default.",
          definition.line());
    }
    boolean kwargs = special.contains("kwargs") && !parameters.names().contains("kwargs");
    boolean varargs = special.contains("varargs") && !parameters.names().contains("varargs");
    if (Set.copyOf(parameters.names()).size() < parameters.names().size()) {
      throw new JinjaException(
          ErrorKind.SYNTAX, "a parameter of a macro is named twice", definition.line());
    }
    parameters.names().forEach(symbols::declareParameter);
    if (usesCaller) {
      symbols.declareParameter("caller");
    }
    if (kwargs) {
      symbols.declareParameter("kwargs");
    }
    if (varargs) {
      symbols.declareParameter("varargs");
    }
    SymbolCollector.collectExpressions(symbols, parameters.defaults());
    SymbolCollector.collect(symbols, definition.body());
    plan.add(definition, new ScopePlan.Macro(symbols, usesCaller, kwargs, varargs));
    Place inner = new Place(symbols, false, false);
    parameters.defaults().forEach(value -> check(value, inner));
    statements(definition.body(), inner);
  }

  private void block(Stmt.Block block) {
    Symbols symbols = Symbols.inside(null);
    SymbolCollector.collect(symbols, block.body());
    if (!plan.add(block, symbols)) {
      throw new JinjaException(
          ErrorKind.TEMPLATE_ASSERTION,
          "block %s defined twice".formatted(Undefined.quoted(block.name())),
          block.line());
    }
    statements(block.body(), new Place(symbols, false, false));
  }
}
