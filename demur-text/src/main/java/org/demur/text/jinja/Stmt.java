package org.demur.text.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement of a template.
sealed interface Stmt {
  /// The line where it stands.
  int line();

  /// Text outside of tags.
  record Text(String text, int line) implements Stmt {}

  /// `{{ value }}`
  record Print(Expr value, int line) implements Stmt {}

  /// `{% for %}`
  record For(
      Expr target,
      Expr iterable,
      @Nullable Expr test,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> otherwise,
      int line)
      implements Stmt {}

  /// `{% if %}` with all its `elif`
  record If(List<Branch> branches, List<Stmt> otherwise, int line) implements Stmt {}

  /// A test and what is run when it holds.
  record Branch(Expr test, List<Stmt> body) {}

  /// `{% set a = b %}`
  record Assign(Expr target, Expr value, int line) implements Stmt {}

  /// `{% set a %}...{% endset %}`
  record AssignBlock(Expr target, Expr.@Nullable Filter filter, List<Stmt> body, int line)
      implements Stmt {}

  /// `{% with a = b %}`
  record With(List<Expr> targets, List<Expr> values, List<Stmt> body, int line) implements Stmt {}

  /// The parameters of a macro; the defaults belong to the last of them.
  record Parameters(List<String> names, List<Expr> defaults) {
    static final Parameters NONE = new Parameters(List.of(), List.of());

    /// The default of a parameter, or null.
    @Nullable Expr defaultOf(int index) {
      int offset = index - (names.size() - defaults.size());
      return offset < 0 ? null : defaults.get(offset);
    }
  }

  /// What can be called with a body: a macro, the body of a call block.
  sealed interface Definition extends Stmt {
    Parameters parameters();

    List<Stmt> body();
  }

  /// `{% macro %}`
  record MacroDefinition(String name, Parameters parameters, List<Stmt> body, int line)
      implements Definition {}

  /// `{% call %}`
  record CallBlock(Parameters parameters, Expr.Call call, List<Stmt> body, int line)
      implements Definition {}

  /// `{% generation %}`: marks what the model wrote; renders its body
  record Generation(List<Stmt> body, int line) implements Definition {
    @Override
    public Parameters parameters() {
      return Parameters.NONE;
    }
  }

  /// `{% filter %}`
  record FilterBlock(Expr.Filter filter, List<Stmt> body, int line) implements Stmt {}

  /// `{% block %}`
  record Block(String name, boolean scoped, boolean required, List<Stmt> body, int line)
      implements Stmt {}

  /// `{% break %}`
  record Break(int line) implements Stmt {}

  /// `{% continue %}`
  record Continue(int line) implements Stmt {}

  /// A tag that would load another template, which a chat template cannot.
  record Load(String tag, int line) implements Stmt {}
}
