package org.demur.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/// Python's arithmetic on `int`, `bool` and `float`.
final class Arithmetic {
  private static final MathContext QUOTIENT = new MathContext(40);

  /// Below this width both operands of a division are exact as `double`.
  private static final int EXACT_BITS = 53;

  private Arithmetic() {}

  static Value apply(Budget budget, Operators.Binary operator, Value left, Value right) {
    BigInteger first = Numbers.integerOrNull(left);
    BigInteger second = Numbers.integerOrNull(right);
    return first != null && second != null
        ? integers(budget, operator, first, second)
        : new Value.Real(reals(operator, Numbers.real(left), Numbers.real(right)));
  }

  private static Value integers(
      Budget budget, Operators.Binary operator, BigInteger left, BigInteger right) {
    budget.steps(1 + (long) (left.bitLength() / 64) * (right.bitLength() / 64) / 8);
    return switch (operator) {
      case ADD -> Numbers.checkSize(left.add(right));
      case SUBTRACT -> Numbers.checkSize(left.subtract(right));
      case MULTIPLY -> Numbers.checkSize(left.multiply(right));
      case DIVIDE -> new Value.Real(divide(left, right));
      case FLOOR_DIVIDE -> new Value.Int(floorDivide(left, right));
      case MODULO -> new Value.Int(left.subtract(floorDivide(left, right).multiply(right)));
      case POWER -> power(budget, left, right);
    };
  }

  private static double divide(BigInteger left, BigInteger right) {
    if (right.signum() == 0) {
      throw zeroDivision("division by zero");
    }
    if (left.bitLength() <= EXACT_BITS && right.bitLength() <= EXACT_BITS) {
      return left.doubleValue() / right.doubleValue();
    }
    double quotient = new BigDecimal(left).divide(new BigDecimal(right), QUOTIENT).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw new JinjaException(ErrorKind.OVERFLOW, "integer division result too large for a float");
    }
    return quotient;
  }

  private static BigInteger floorDivide(BigInteger left, BigInteger right) {
    if (right.signum() == 0) {
      throw zeroDivision("integer division or modulo by zero");
    }
    BigInteger[] parts = left.divideAndRemainder(right);
    boolean below = parts[1].signum() != 0 && parts[1].signum() != right.signum();
    return below ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static Value power(Budget budget, BigInteger base, BigInteger exponent) {
    if (exponent.signum() < 0) {
      return new Value.Real(power(Numbers.real(base), Numbers.real(exponent)));
    }
    boolean trivial = base.abs().compareTo(BigInteger.ONE) <= 0;
    int times = Numbers.clamp(exponent);
    if (trivial) {
      boolean odd = exponent.testBit(0);
      return exponent.signum() == 0 ? Value.Int.of(1) : new Value.Int(odd ? base : base.abs());
    }
    if ((long) (base.bitLength() - 1) * times > Numbers.MAX_BITS) {
      throw JinjaException.limit(
          "the template computes an integer of more than %,d bits".formatted(Numbers.MAX_BITS));
    }
    long words = (long) base.bitLength() * times / 64;
    budget.steps(1 + words * words / 8);
    return Numbers.checkSize(base.pow(times));
  }

  private static double reals(Operators.Binary operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> {
        if (right == 0) {
          throw zeroDivision("float division by zero");
        }
        yield left / right;
      }
      case FLOOR_DIVIDE -> floorDivide(left, right);
      case MODULO -> modulo(left, right);
      case POWER -> power(left, right);
    };
  }

  /// Python's float modulo: the result has the sign of the divisor.
  private static double modulo(double left, double right) {
    if (right == 0) {
      throw zeroDivision("float modulo");
    }
    double remainder = left % right;
    if (remainder == 0) {
      return Math.copySign(0.0, right);
    }
    return remainder < 0 != right < 0 ? remainder + right : remainder;
  }

  private static double floorDivide(double left, double right) {
    if (right == 0) {
      throw zeroDivision("float floor division by zero");
    }
    double remainder = left % right;
    double quotient = (left - remainder) / right;
    if (remainder != 0 && remainder < 0 != right < 0) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0.0, left / right);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double power(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw zeroDivision("0.0 cannot be raised to a negative power");
    }
    boolean finite = Double.isFinite(base) && Double.isFinite(exponent);
    if (finite && base < 0 && Math.rint(exponent) != exponent) {
      throw new JinjaException(
          ErrorKind.UNSUPPORTED, "complex numbers are not available in chat templates");
    }
    if (base == 1 || (base == -1 && Double.isInfinite(exponent))) {
      return 1;
    }
    double result = Math.pow(base, exponent);
    if (finite && Double.isInfinite(result)) {
      throw new JinjaException(ErrorKind.OVERFLOW, "Numerical result out of range");
    }
    return result;
  }

  private static JinjaException zeroDivision(String message) {
    return new JinjaException(ErrorKind.ZERO_DIVISION, message);
  }
}
