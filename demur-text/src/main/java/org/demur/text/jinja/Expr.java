package org.demur.text.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An expression of a template.
sealed interface Expr {
  /// The line where it stands.
  int line();

  /// A literal.
  record Const(Value value, int line) implements Expr {}

  /// The value of a variable.
  record Name(String name, int line) implements Expr {}

  /// `namespace.attribute` as the target of `set`; occurs nowhere else.
  record NamespaceRef(String namespace, String attribute, int line) implements Expr {}

  /// `a, b`
  record Tuple(List<Expr> items, int line) implements Expr {}

  /// `[a, b]`
  record ListOf(List<Expr> items, int line) implements Expr {}

  /// `{a: b}`
  record DictOf(List<Expr> keys, List<Expr> values, int line) implements Expr {}

  /// `not a`
  record Not(Expr operand, int line) implements Expr {}

  /// `-a` or `+a`
  record Sign(Expr operand, boolean minus, int line) implements Expr {}

  /// `a and b` or `a or b`
  record Logic(Expr left, Expr right, boolean and, int line) implements Expr {}

  /// `a + b` and its kin
  record Binary(Operators.Binary operator, Expr left, Expr right, int line) implements Expr {}

  /// `a ~ b ~ c`
  record Concat(List<Expr> parts, int line) implements Expr {}

  /// `a < b <= c`
  record Compare(Expr first, List<Operand> rest, int line) implements Expr {}

  /// A comparison's operator and its right side.
  record Operand(Relation relation, Expr right) {}

  /// The operators of comparisons.
  enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    IN,
    NOT_IN
  }

  /// `a if test else b`
  record Conditional(Expr test, Expr then, @Nullable Expr otherwise, int line) implements Expr {}

  /// `object.name`
  record Attribute(Expr object, String name, int line) implements Expr {}

  /// `object[key]`
  record Item(Expr object, Expr key, int line) implements Expr {}

  /// `start:stop:step`, only as the key of an [Item]
  record Slice(@Nullable Expr start, @Nullable Expr stop, @Nullable Expr step, int line)
      implements Expr {}

  /// `function(arguments)`
  record Call(Expr function, Arguments arguments, int line) implements Expr {}

  /// `input|name(arguments)`; without input in a `filter` block
  record Filter(@Nullable Expr input, String name, Arguments arguments, int line) implements Expr {}

  /// `input is name(arguments)`
  record Test(Expr input, String name, Arguments arguments, int line) implements Expr {}
}
