package org.demur.text.jinja;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.demur.core.Suggestions;
import org.jspecify.annotations.Nullable;

/// Checks that the filters and tests of an expression exist and that no argument is named twice.
final class ExpressionChecker {
  private ExpressionChecker() {}

  /// Checks an expression.
  ///
  /// @param soft whether an unknown filter or test may stay, to fail only when it is reached
  static void check(@Nullable Expr expression, boolean soft) {
    switch (expression) {
      case null -> {}
      case Expr.Const constant -> {}
      case Expr.Name name -> {}
      case Expr.NamespaceRef ref -> {}
      case Expr.Tuple tuple -> all(tuple.items(), soft);
      case Expr.ListOf list -> all(list.items(), soft);
      case Expr.DictOf dict -> {
        all(dict.keys(), soft);
        all(dict.values(), soft);
      }
      case Expr.Not not -> check(not.operand(), soft);
      case Expr.Sign sign -> check(sign.operand(), soft);
      case Expr.Logic logic -> {
        check(logic.left(), soft);
        check(logic.right(), soft);
      }
      case Expr.Binary binary -> {
        check(binary.left(), soft);
        check(binary.right(), soft);
      }
      case Expr.Concat concat -> all(concat.parts(), soft);
      case Expr.Compare compare -> {
        check(compare.first(), soft);
        compare.rest().forEach(operand -> check(operand.right(), soft));
      }
      case Expr.Conditional conditional -> {
        check(conditional.test(), true);
        check(conditional.then(), true);
        check(conditional.otherwise(), true);
      }
      case Expr.Attribute attribute -> check(attribute.object(), soft);
      case Expr.Item item -> {
        check(item.object(), soft);
        if (item.key() instanceof Expr.Tuple keys
            && keys.items().stream().anyMatch(Expr.Slice.class::isInstance)) {
          throw new JinjaException(
              ErrorKind.SYNTAX, "a slice cannot be one of several subscripts", item.line());
        }
        check(item.key(), soft);
      }
      case Expr.Slice slice -> {
        check(slice.start(), soft);
        check(slice.stop(), soft);
        check(slice.step(), soft);
      }
      case Expr.Call call -> {
        check(call.function(), soft);
        arguments(call.arguments(), call.line(), soft);
      }
      case Expr.Filter filter -> {
        require(soft || Filters.exists(filter.name()), "filter", filter.name(), filter.line());
        check(filter.input(), soft);
        arguments(filter.arguments(), filter.line(), soft);
      }
      case Expr.Test test -> {
        require(soft || Tests.exists(test.name()), "test", test.name(), test.line());
        check(test.input(), soft);
        arguments(test.arguments(), test.line(), soft);
      }
    }
  }

  private static void all(List<Expr> expressions, boolean soft) {
    for (Expr expression : expressions) {
      check(expression, soft);
    }
  }

  private static void arguments(Arguments arguments, int line, boolean soft) {
    all(arguments.positional(), soft);
    Set<String> names = new HashSet<>();
    for (Arguments.Keyword keyword : arguments.named()) {
      if (!names.add(keyword.name())) {
        throw new JinjaException(
            ErrorKind.SYNTAX,
            "keyword argument repeated: " + Undefined.quoted(keyword.name()),
            line);
      }
      check(keyword.value(), soft);
    }
    check(arguments.star(), soft);
    check(arguments.doubleStar(), soft);
  }

  private static void require(boolean known, String what, String name, int line) {
    if (!known) {
      throw new JinjaException(
          ErrorKind.TEMPLATE_ASSERTION,
          "No %s named %s%s"
              .formatted(
                  what,
                  Undefined.quoted(name),
                  Suggestions.hint(name, what.equals("filter") ? Filters.names() : Tests.names())),
          line);
    }
  }
}
