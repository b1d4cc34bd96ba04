package org.demur.text.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables of one scope while it runs.
final class Scope {
  private final @Nullable Scope parent;
  private final Symbols symbols;
  private final Variables variables;
  private final Budget budget;
  private final Map<String, Value> values = new HashMap<>();

  private Scope(@Nullable Scope parent, Symbols symbols, Variables variables, Budget budget) {
    this.parent = parent;
    this.symbols = symbols;
    this.variables = variables;
    this.budget = budget;
  }

  /// A scope without an outer one: a whole template or a block.
  static Scope outermost(Symbols symbols, Variables variables, Budget budget) {
    return new Scope(null, symbols, variables, budget).load();
  }

  /// A scope inside of this one, with first values for its variables.
  Scope inner(Symbols inner) {
    return new Scope(this, inner, variables, budget).load();
  }

  private Scope load() {
    budget.steps(symbols.loads().size());
    for (Map.Entry<String, Symbols.Load> entry : symbols.loads().entrySet()) {
      String name = entry.getKey();
      Value value =
          switch (entry.getValue()) {
            case RESOLVE -> variables.resolve(name);
            case ALIAS -> parent == null ? null : parent.get(name);
            case PARAMETER, UNDEFINED -> null;
          };
      if (value != null) {
        values.put(name, value);
      }
    }
    return this;
  }

  /// The value of a variable, or null when it has none.
  @Nullable Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      if (scope.symbols.declares(name)) {
        return scope.values.get(name);
      }
    }
    return variables.resolve(name);
  }

  /// Assigns a variable; at the top of a template it becomes visible to blocks too.
  void set(String name, Value value) {
    Scope scope = this;
    while (!scope.symbols.declares(name) && scope.parent != null) {
      scope = scope.parent;
    }
    scope.values.put(name, value);
    if (parent == null) {
      variables.export(name, value);
    }
  }

  /// Assigns a parameter of this very scope.
  void setParameter(String name, Value value) {
    values.put(name, value);
  }

  boolean hasParameter(String name) {
    return values.containsKey(name);
  }

  Variables variables() {
    return variables;
  }

  /// The variables as a scoped block sees them: those of all scopes from here on outwards.
  Variables visible() {
    Variables visible = variables.copy();
    Map<String, Value> assigned = new HashMap<>();
    for (Scope scope = this; scope != null; scope = scope.parent) {
      for (String name : scope.symbols.stores()) {
        Value value = scope.values.get(name);
        if (value != null) {
          assigned.putIfAbsent(name, value);
        }
      }
    }
    assigned.forEach(visible::export);
    return visible;
  }
}
