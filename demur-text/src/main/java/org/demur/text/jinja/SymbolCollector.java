package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the variables of one scope from its statements; stops where an inner scope begins.
final class SymbolCollector {
  private final class Names extends NameWalker {
    private boolean asParameters;

    @Override
    void loaded(String name) {
      symbols.load(name);
    }

    @Override
    void stored(Expr.Name name) {
      if (asParameters) {
        symbols.declareParameter(name.name());
      } else {
        symbols.store(name.name());
      }
    }

    @Override
    void parameter(String name) {
      symbols.declareParameter(name);
    }
  }

  private final Names names = new Names();
  private Symbols symbols;

  private SymbolCollector(Symbols symbols) {
    this.symbols = symbols;
  }

  /// Adds the variables of a body to a scope.
  static void collect(Symbols symbols, List<Stmt> body) {
    new SymbolCollector(symbols).statements(body);
  }

  /// Adds the variables of expressions to a scope.
  static void collectExpressions(Symbols symbols, List<Expr> expressions) {
    new SymbolCollector(symbols).names.expressions(expressions);
  }

  /// Adds the targets of a loop or `with` to a scope.
  static void collectParameters(Symbols symbols, Expr target) {
    SymbolCollector collector = new SymbolCollector(symbols);
    collector.names.asParameters = true;
    collector.names.target(target);
  }

  private void statements(List<Stmt> statements) {
    for (Stmt statement : statements) {
      statement(statement);
    }
  }

  private void statement(Stmt statement) {
    switch (statement) {
      case Stmt.Print print -> names.expression(print.value());
      case Stmt.For loop -> names.expression(loop.iterable());
      case Stmt.If condition -> condition(condition.branches(), 0, condition.otherwise());
      case Stmt.Assign assign -> {
        names.expression(assign.value());
        target(assign.target());
      }
      case Stmt.AssignBlock assign -> target(assign.target());
      case Stmt.With with -> names.expressions(with.values());
      case Stmt.MacroDefinition macro -> symbols.store(macro.name());
      case Stmt.CallBlock block -> names.expression(block.call());
      case Stmt.FilterBlock block -> names.expression(block.filter());
      case Stmt.Generation generation -> {}
      case Stmt.Text text -> {}
      case Stmt.Block block -> {}
      case Stmt.Break leave -> {}
      case Stmt.Continue next -> {}
      case Stmt.Load load -> {}
    }
  }

  private void target(Expr target) {
    switch (target) {
      case Expr.NamespaceRef ref -> symbols.load(ref.namespace());
      case Expr.Tuple tuple -> tuple.items().forEach(this::target);
      default -> names.target(target);
    }
  }

  /// The first branch is the condition proper; all `elif` branches share one set of changes.
  private void condition(List<Stmt.Branch> branches, int from, List<Stmt> otherwise) {
    Symbols outer = symbols;
    names.expression(branches.get(from).test());
    List<Symbols> changes = new ArrayList<>();
    changes.add(branch(outer, branches.get(from).body(), null));
    changes.add(branch(outer, List.of(), from == 0 ? branches : null));
    changes.add(branch(outer, otherwise, null));
    outer.merge(changes);
    symbols = outer;
  }

  private Symbols branch(Symbols outer, List<Stmt> body, @Nullable List<Stmt.Branch> alternatives) {
    symbols = outer.branch();
    Symbols result = symbols;
    if (alternatives != null) {
      for (int index = 1; index < alternatives.size(); index++) {
        condition(alternatives, index, List.of());
      }
    }
    statements(body);
    symbols = outer;
    return result;
  }
}
