package org.demur.text.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Visits every name in a part of a template, in the order in which jinja2 visits its nodes.
abstract class NameWalker {
  /// How deep an expression may be; long chains such as `a + b + c` count too.
  private static final int MAX_DEPTH = 500;

  private int depth;

  /// A name whose value is used.
  abstract void loaded(String name);

  /// A name that is assigned.
  abstract void stored(Expr.Name name);

  /// A parameter of a macro or a target of `with`.
  abstract void parameter(String name);

  final void statements(List<Stmt> statements) {
    for (Stmt statement : statements) {
      statement(statement);
    }
  }

  private void statement(Stmt statement) {
    switch (statement) {
      case Stmt.Print print -> expression(print.value());
      case Stmt.For loop -> {
        target(loop.target());
        expression(loop.iterable());
        statements(loop.body());
        statements(loop.otherwise());
        expression(loop.test());
      }
      case Stmt.If condition -> {
        for (Stmt.Branch branch : condition.branches()) {
          expression(branch.test());
          statements(branch.body());
        }
        statements(condition.otherwise());
      }
      case Stmt.Assign assign -> {
        target(assign.target());
        expression(assign.value());
      }
      case Stmt.AssignBlock assign -> {
        target(assign.target());
        expression(assign.filter());
        statements(assign.body());
      }
      case Stmt.With with -> {
        with.targets().forEach(this::parameters);
        expressions(with.values());
        statements(with.body());
      }
      case Stmt.Definition definition -> {
        if (definition instanceof Stmt.CallBlock block) {
          expression(block.call());
        }
        definition.parameters().names().forEach(this::parameter);
        expressions(definition.parameters().defaults());
        statements(definition.body());
      }
      case Stmt.FilterBlock block -> {
        statements(block.body());
        expression(block.filter());
      }
      case Stmt.Text text -> {}
      case Stmt.Block block -> {}
      case Stmt.Break leave -> {}
      case Stmt.Continue next -> {}
      case Stmt.Load load -> {}
    }
  }

  private void parameters(Expr target) {
    if (target instanceof Expr.Tuple tuple) {
      tuple.items().forEach(this::parameters);
    } else if (target instanceof Expr.Name name) {
      parameter(name.name());
    }
  }

  /// The names on the left of an assignment.
  final void target(Expr target) {
    switch (target) {
      case Expr.Name name -> stored(name);
      case Expr.Tuple tuple -> tuple.items().forEach(this::target);
      default -> {
        // The namespace of an attribute is read rather than assigned; callers that care see to it.
      }
    }
  }

  final void expressions(List<Expr> expressions) {
    for (Expr expression : expressions) {
      expression(expression);
    }
  }

  final void expression(@Nullable Expr expression) {
    if (expression == null) {
      return;
    }
    depth++;
    if (depth > MAX_DEPTH) {
      throw new JinjaException(
          ErrorKind.RECURSION,
          "an expression of the template is nested deeper than %d levels".formatted(MAX_DEPTH),
          expression.line());
    }
    children(expression);
    depth--;
  }

  private void children(Expr expression) {
    switch (expression) {
      case Expr.Const constant -> {}
      case Expr.Name name -> loaded(name.name());
      case Expr.NamespaceRef ref -> loaded(ref.namespace());
      case Expr.Tuple tuple -> expressions(tuple.items());
      case Expr.ListOf list -> expressions(list.items());
      case Expr.DictOf dict -> {
        expressions(dict.keys());
        expressions(dict.values());
      }
      case Expr.Not not -> expression(not.operand());
      case Expr.Sign sign -> expression(sign.operand());
      case Expr.Logic logic -> pair(logic.left(), logic.right());
      case Expr.Binary binary -> pair(binary.left(), binary.right());
      case Expr.Concat concat -> expressions(concat.parts());
      case Expr.Compare compare -> {
        expression(compare.first());
        for (Expr.Operand operand : compare.rest()) {
          expression(operand.right());
        }
      }
      case Expr.Conditional conditional -> {
        expression(conditional.test());
        pair(conditional.then(), conditional.otherwise());
      }
      case Expr.Attribute attribute -> expression(attribute.object());
      case Expr.Item item -> pair(item.object(), item.key());
      case Expr.Slice slice -> {
        expression(slice.start());
        pair(slice.stop(), slice.step());
      }
      case Expr.Call call -> {
        expression(call.function());
        arguments(call.arguments());
      }
      case Expr.Filter filter -> {
        expression(filter.input());
        arguments(filter.arguments());
      }
      case Expr.Test test -> {
        expression(test.input());
        arguments(test.arguments());
      }
    }
  }

  private void pair(@Nullable Expr first, @Nullable Expr second) {
    expression(first);
    expression(second);
  }

  private void arguments(Arguments arguments) {
    expressions(arguments.positional());
    for (Arguments.Keyword keyword : arguments.named()) {
      expression(keyword.value());
    }
    pair(arguments.star(), arguments.doubleStar());
  }
}
