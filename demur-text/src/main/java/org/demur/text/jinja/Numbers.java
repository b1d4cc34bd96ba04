package org.demur.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// Conversions between Python's numbers and Java's.
final class Numbers {
  /// The widest integer that a template may compute; Python itself refuses to print a fifth of it.
  static final int MAX_BITS = 65_536;

  private Numbers() {}

  static boolean isNumber(Value value) {
    return isInteger(value) || value instanceof Value.Real;
  }

  /// Whether it is an `int`; a `bool` is one.
  static boolean isInteger(Value value) {
    return value instanceof Value.Int || value instanceof Value.Bool;
  }

  static BigInteger integer(Value.Bool value) {
    return value.isTrue() ? BigInteger.ONE : BigInteger.ZERO;
  }

  /// The value of an `int` or `bool`, or null for anything else.
  static @Nullable BigInteger integerOrNull(Value value) {
    return switch (value) {
      case Value.Int number -> number.value();
      case Value.Bool bool -> integer(bool);
      default -> null;
    };
  }

  /// The value of an `int` or `bool`.
  ///
  /// @throws JinjaException `TypeError` for anything else
  static BigInteger integer(Value value) {
    BigInteger number = integerOrNull(value);
    if (number == null) {
      throw JinjaException.type(
          "'%s' object cannot be interpreted as an integer".formatted(value.typeName()));
    }
    return number;
  }

  /// An `int` for counting and indexing, cut to the range of Java's `int`.
  static int index(Value value) {
    return clamp(integer(value));
  }

  static int clamp(BigInteger number) {
    if (number.bitLength() < Integer.SIZE) {
      return number.intValueExact();
    }
    return number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
  }

  /// The value of a number as a `float`.
  ///
  /// @throws JinjaException `OverflowError` for an integer that is too large, `TypeError` for no
  ///   number
  static double real(Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    BigInteger number = integerOrNull(value);
    if (number == null) {
      throw JinjaException.type("must be real number, not " + value.typeName());
    }
    return real(number);
  }

  static double real(BigInteger number) {
    double result = number.doubleValue();
    if (Double.isInfinite(result)) {
      throw new JinjaException(ErrorKind.OVERFLOW, "int too large to convert to float");
    }
    return result;
  }

  /// An integer as a value, if it is not too wide.
  static Value.Int checkSize(BigInteger number) {
    if (number.bitLength() > MAX_BITS) {
      throw JinjaException.limit(
          "the template computes an integer of more than %,d bits".formatted(MAX_BITS));
    }
    return new Value.Int(number);
  }

  /// The integer part of a float.
  ///
  /// @throws JinjaException `OverflowError` for infinity, `ValueError` for not-a-number
  static Value.Int truncate(double number) {
    if (Double.isNaN(number)) {
      throw JinjaException.value("cannot convert float NaN to integer");
    }
    if (Double.isInfinite(number)) {
      throw new JinjaException(ErrorKind.OVERFLOW, "cannot convert float infinity to integer");
    }
    return new Value.Int(new BigDecimal(number).toBigInteger());
  }

  /// Compares two numbers exactly; null when one is not-a-number.
  static @Nullable Integer compare(Value left, Value right) {
    BigInteger first = integerOrNull(left);
    BigInteger second = integerOrNull(right);
    if (first != null && second != null) {
      return first.compareTo(second);
    }
    if (first == null && second == null) {
      return compare(real(left), real(right));
    }
    return first != null
        ? compare(first, real(right))
        : negate(compare(integer(right), real(left)));
  }

  private static @Nullable Integer compare(double left, double right) {
    if (Double.isNaN(left) || Double.isNaN(right)) {
      return null;
    }
    return left == right ? 0 : Double.compare(left, right);
  }

  private static @Nullable Integer compare(BigInteger left, double right) {
    if (Double.isNaN(right)) {
      return null;
    }
    if (Double.isInfinite(right)) {
      return right > 0 ? -1 : 1;
    }
    return new BigDecimal(left).compareTo(new BigDecimal(right));
  }

  private static @Nullable Integer negate(@Nullable Integer comparison) {
    return comparison == null ? null : Integer.valueOf(-comparison);
  }
}
