package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;

/// Python's arithmetic operators, for numbers, texts and sequences.
final class Operators {
  /// The binary operators that a class may define.
  enum Binary {
    /// `+`
    ADD("+"),
    /// `-`
    SUBTRACT("-"),
    /// `*`
    MULTIPLY("*"),
    /// `/`
    DIVIDE("/"),
    /// `//`
    FLOOR_DIVIDE("//"),
    /// `%`
    MODULO("%"),
    /// `**`
    POWER("** or pow()");

    private final String symbol;

    Binary(String symbol) {
      this.symbol = symbol;
    }
  }

  private Operators() {}

  /// Applies an operator.
  ///
  /// @throws JinjaException `TypeError` for operands that do not go together, `UndefinedError` when
  ///   one is undefined, and what the arithmetic throws
  static Value apply(Rendering rendering, Binary operator, Value left, Value right) {
    if (operator == Binary.MODULO && left instanceof Str format) {
      return PercentFormat.format(rendering, format, right);
    }
    if (left instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.failure();
    }
    Budget budget = rendering.budget();
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Arithmetic.apply(budget, operator, left, right);
    }
    return switch (operator) {
      case ADD -> add(budget, left, right);
      case MULTIPLY -> multiply(budget, left, right);
      default -> throw unsupported(operator, left, right);
    };
  }

  private static Value add(Budget budget, Value left, Value right) {
    if (left instanceof Str first && right instanceof Str second) {
      return concatenate(budget, first, second);
    }
    if (left instanceof ListValue first && right instanceof ListValue second) {
      return new ListValue(concatenate(budget, first.items(), second.items()));
    }
    if (left instanceof TupleValue first && right instanceof TupleValue second) {
      return new TupleValue(concatenate(budget, first.items(), second.items()), false);
    }
    if (left instanceof Str || left instanceof ListValue || left instanceof TupleValue) {
      throw JinjaException.type(
          "can only concatenate %s (not \"%s\") to %s"
              .formatted(left.typeName(), right.typeName(), left.typeName()));
    }
    throw unsupported(Binary.ADD, left, right);
  }

  private static Str concatenate(Budget budget, Str left, Str right) {
    String first = left.text();
    String second = right.text();
    if (left.markup() != right.markup()) {
      first = left.markup() ? first : Html.escape(budget, first);
      second = right.markup() ? second : Html.escape(budget, second);
    }
    budget.text(first.length() + (long) second.length());
    return new Str(first.concat(second), left.markup() || right.markup());
  }

  private static List<Value> concatenate(Budget budget, List<Value> left, List<Value> right) {
    budget.slots(left.size() + (long) right.size());
    List<Value> result = new ArrayList<>(left);
    result.addAll(right);
    return result;
  }

  private static Value multiply(Budget budget, Value left, Value right) {
    boolean reversed = Numbers.isInteger(left);
    Value sequence = reversed ? right : left;
    Value count = reversed ? left : right;
    if (!(sequence instanceof Str
        || sequence instanceof ListValue
        || sequence instanceof TupleValue)) {
      throw unsupported(Binary.MULTIPLY, left, right);
    }
    if (!Numbers.isInteger(count)) {
      throw JinjaException.type(
          "can't multiply sequence by non-int of type '%s'".formatted(count.typeName()));
    }
    int times = Math.max(Numbers.index(count), 0);
    return switch (sequence) {
      case Str text -> {
        budget.text((long) text.text().length() * times);
        yield text.like(text.text().repeat(text.text().isEmpty() ? 0 : times));
      }
      case ListValue list -> new ListValue(repeat(budget, list.items(), times));
      case TupleValue tuple -> new TupleValue(repeat(budget, tuple.items(), times), false);
      default -> throw unsupported(Binary.MULTIPLY, left, right);
    };
  }

  private static List<Value> repeat(Budget budget, List<Value> items, int times) {
    long size = (long) items.size() * times;
    budget.slots(size);
    List<Value> result = new ArrayList<>(Math.toIntExact(size));
    for (int round = 0; size > 0 && round < times; round++) {
      result.addAll(items);
    }
    return result;
  }

  static JinjaException unsupported(Binary operator, Value left, Value right) {
    return JinjaException.type(
        "unsupported operand type(s) for %s: '%s' and '%s'"
            .formatted(operator.symbol, left.typeName(), right.typeName()));
  }

  /// Unary minus or plus.
  static Value sign(Value operand, boolean minus) {
    if (operand instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (operand instanceof Value.Real real) {
      return minus ? new Value.Real(-real.value()) : real;
    }
    java.math.BigInteger number = Numbers.integerOrNull(operand);
    if (number == null) {
      throw JinjaException.type(
          "bad operand type for unary %s: '%s'".formatted(minus ? "-" : "+", operand.typeName()));
    }
    return new Value.Int(minus ? number.negate() : number);
  }
}
