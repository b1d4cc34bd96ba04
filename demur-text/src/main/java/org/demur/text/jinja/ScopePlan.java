package org.demur.text.jinja;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The scopes of a template, found before it is run.
final class ScopePlan {
  /// The scopes of a loop.
  ///
  /// @param hasLoop whether the body uses the variable `loop`
  record Loop(Symbols body, Symbols otherwise, Symbols test, boolean hasLoop) {}

  /// The scope of a macro, and which of the special variables it uses.
  record Macro(Symbols symbols, boolean caller, boolean kwargs, boolean varargs) {}

  private final Symbols root;
  private final IdentityHashMap<Stmt, Loop> loops = new IdentityHashMap<>();
  private final IdentityHashMap<Stmt, Macro> macros = new IdentityHashMap<>();
  private final IdentityHashMap<Stmt, Symbols> others = new IdentityHashMap<>();
  private final Map<String, Stmt.Block> blocks = new HashMap<>();

  ScopePlan(Symbols root) {
    this.root = root;
  }

  Symbols root() {
    return root;
  }

  void add(Stmt.For loop, Loop scopes) {
    loops.put(loop, scopes);
  }

  void add(Stmt.Definition definition, Macro scope) {
    macros.put(definition, scope);
  }

  void add(Stmt statement, Symbols symbols) {
    others.put(statement, symbols);
  }

  /// Registers a block.
  ///
  /// @return whether its name is new
  boolean add(Stmt.Block block, Symbols symbols) {
    others.put(block, symbols);
    return blocks.put(block.name(), block) == null;
  }

  Loop of(Stmt.For loop) {
    return known(loops.get(loop));
  }

  Macro of(Stmt.Definition definition) {
    return known(macros.get(definition));
  }

  Symbols of(Stmt statement) {
    return known(others.get(statement));
  }

  private static <T> T known(@Nullable T scope) {
    if (scope == null) {
      throw new IllegalStateException("a statement has no scope");
    }
    return scope;
  }
}
