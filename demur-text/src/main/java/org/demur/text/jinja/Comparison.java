package org.demur.text.jinja;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Python's `==`, `<`, `<=`, `>`, `>=` and `in`.
final class Comparison {
  /// The comparisons that need an order.
  enum Order {
    /// `<`
    LESS("<"),
    /// `<=`
    LESS_OR_EQUAL("<="),
    /// `>`
    GREATER(">"),
    /// `>=`
    GREATER_OR_EQUAL(">=");

    private final String symbol;

    Order(String symbol) {
      this.symbol = symbol;
    }

    private boolean accepts(int comparison) {
      return switch (this) {
        case LESS -> comparison < 0;
        case LESS_OR_EQUAL -> comparison <= 0;
        case GREATER -> comparison > 0;
        case GREATER_OR_EQUAL -> comparison >= 0;
      };
    }
  }

  private Comparison() {}

  static boolean equal(Budget budget, Value left, Value right) {
    budget.step();
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      Integer comparison = Numbers.compare(left, right);
      return comparison != null && comparison == 0;
    }
    if (left instanceof Str first && right instanceof Str second) {
      budget.scan(Math.min(first.text().length(), second.text().length()));
      return first.text().equals(second.text());
    }
    if (identical(left, right)) {
      return true;
    }
    return switch (left) {
      case ListValue first when right instanceof ListValue second ->
          equal(budget, first.items(), second.items());
      case TupleValue first when right instanceof TupleValue second ->
          equal(budget, first.items(), second.items());
      case DictValue first when right instanceof DictValue second -> equal(budget, first, second);
      case RangeValue first when right instanceof RangeValue second -> equal(first, second);
      case Undefined first -> right instanceof Undefined;
      default -> false;
    };
  }

  private static boolean equal(Budget budget, List<Value> left, List<Value> right) {
    return left.size() == right.size() && firstDifference(budget, left, right) == left.size();
  }

  private static boolean equal(Budget budget, DictValue left, DictValue right) {
    if (left.size() != right.size()) {
      return false;
    }
    budget.enter();
    try {
      for (DictValue.Entry entry : left.entries()) {
        budget.step();
        Value other = right.get(budget, entry.key());
        if (other == null || !same(budget, entry.value(), other)) {
          return false;
        }
      }
      return true;
    } finally {
      budget.exit();
    }
  }

  private static boolean equal(RangeValue left, RangeValue right) {
    if (left.length() != right.length()) {
      return false;
    }
    return left.length() == 0
        || (left.start().equals(right.start())
            && (left.length() == 1 || left.step().equals(right.step())));
  }

  /// Identical or equal, which is how Python compares elements (not-a-number is not itself).
  static boolean same(Budget budget, Value left, Value right) {
    return identical(left, right) || equal(budget, left, right);
  }

  /// Python's `is`.
  @SuppressWarnings("ReferenceEquality")
  static boolean identical(Value left, Value right) {
    return left == right;
  }

  private static int firstDifference(Budget budget, List<Value> left, List<Value> right) {
    budget.enter();
    try {
      int common = Math.min(left.size(), right.size());
      for (int index = 0; index < common; index++) {
        budget.step();
        if (!same(budget, left.get(index), right.get(index))) {
          return index;
        }
      }
      return common;
    } finally {
      budget.exit();
    }
  }

  /// Applies an order.
  ///
  /// @throws JinjaException `TypeError` for values without an order, `UndefinedError` for undefined
  static boolean test(Budget budget, Order order, Value left, Value right) {
    budget.step();
    if (left instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      Integer comparison = Numbers.compare(left, right);
      return comparison != null && order.accepts(comparison);
    }
    if (left instanceof Str first && right instanceof Str second) {
      budget.scan(Math.min(first.text().length(), second.text().length()));
      return order.accepts(CodePoints.compare(first.text(), second.text()));
    }
    List<Value> first = elements(left);
    List<Value> second = elements(right);
    if (first == null
        || second == null
        || left instanceof ListValue != right instanceof ListValue) {
      throw JinjaException.type(
          "'%s' not supported between instances of '%s' and '%s'"
              .formatted(order.symbol, left.typeName(), right.typeName()));
    }
    int index = firstDifference(budget, first, second);
    if (index == first.size() || index == second.size()) {
      return order.accepts(Integer.compare(first.size(), second.size()));
    }
    budget.enter();
    try {
      return test(budget, order, first.get(index), second.get(index));
    } finally {
      budget.exit();
    }
  }

  private static @Nullable List<Value> elements(Value value) {
    return switch (value) {
      case ListValue list -> list.items();
      case TupleValue tuple -> tuple.items();
      default -> null;
    };
  }

  /// Python's `item in container`.
  ///
  /// @throws JinjaException `TypeError` when the container is none, or cannot hold such an item
  static boolean contains(Budget budget, Value container, Value item) {
    return switch (container) {
      case Str text -> {
        if (!(item instanceof Str part)) {
          throw JinjaException.type(
              "'in <string>' requires string as left operand, not " + item.typeName());
        }
        yield TextSearch.indexOf(budget, text.text(), part.text(), 0) >= 0;
      }
      case DictValue dict -> dict.get(budget, item) != null;
      case DictView view when view.part() == DictView.Part.KEYS ->
          view.dict().get(budget, item) != null;
      default -> containsElement(budget, container, item);
    };
  }

  private static boolean containsElement(Budget budget, Value container, Value item) {
    Iterator<Value> elements = Iteration.iteratorOrNull(budget, container);
    if (elements == null) {
      throw JinjaException.type(
          "argument of type '%s' is not iterable".formatted(container.typeName()));
    }
    while (elements.hasNext()) {
      if (same(budget, elements.next(), item)) {
        return true;
      }
    }
    return false;
  }
}
