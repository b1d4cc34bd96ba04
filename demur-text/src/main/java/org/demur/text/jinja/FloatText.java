package org.demur.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Floating-point numbers as Python writes them.
final class FloatText {
  /// Python's `repr` uses an exponent from this power of ten on, and below 10^-4.
  private static final int REPR_PRECISION = 17;

  private static final int SMALLEST_PLAIN_EXPONENT = -4;

  private FloatText() {}

  /// Python's `repr(number)`: the shortest digits that read back as the same number.
  static String repr(double number) {
    if (!Double.isFinite(number)) {
      return special(number);
    }
    if (number == 0) {
      return isNegative(number) ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(Math.abs(number));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String text =
        exponent < SMALLEST_PLAIN_EXPONENT || exponent >= REPR_PRECISION - 1
            ? exponential(digits, exponent, false)
            : withFraction(shortest.toPlainString());
    return isNegative(number) ? "-" + text : text;
  }

  /// The shortest digits; Java's own always have two, even where one is enough.
  private static BigDecimal shortest(double number) {
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    BigDecimal first = digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return digits.precision() == 2 && first.doubleValue() == number ? first : digits;
  }

  static String special(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    return number > 0 ? "inf" : "-inf";
  }

  static boolean isNegative(double number) {
    return Double.doubleToRawLongBits(number) < 0 && !Double.isNaN(number);
  }

  private static String withFraction(String plain) {
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  /// `%.{precision}f` of a finite number without its sign.
  static String fixed(double number, int precision) {
    return new BigDecimal(Math.abs(number))
        .setScale(precision, RoundingMode.HALF_EVEN)
        .toPlainString();
  }

  /// `%.{precision}e` of a finite number without its sign.
  static String scientific(double number, int precision, boolean alternate) {
    if (number == 0) {
      return exponential("0".repeat(precision + 1), 0, alternate);
    }
    BigDecimal rounded = round(number, precision + 1);
    String digits = digits(rounded, precision + 1);
    return exponential(digits, exponent(rounded), alternate);
  }

  /// `%.{precision}g` of a finite number without its sign.
  ///
  /// @param alternate whether trailing zeros stay
  static String general(double number, int precision, boolean alternate) {
    int significant = Math.max(precision, 1);
    BigDecimal rounded = number == 0 ? BigDecimal.ZERO : round(number, significant);
    int exponent = number == 0 ? 0 : exponent(rounded);
    String digits = number == 0 ? "0".repeat(significant) : digits(rounded, significant);
    if (!alternate) {
      digits = withoutTrailingZeros(digits);
    }
    if (exponent < SMALLEST_PLAIN_EXPONENT || exponent >= significant) {
      return exponential(digits, exponent, alternate);
    }
    return plain(digits, exponent, alternate);
  }

  /// Like `repr`, but rounded to a precision, as an empty type in a format specification asks.
  static String generalWithFraction(double number, int precision) {
    int significant = Math.max(precision, 1);
    BigDecimal rounded = number == 0 ? BigDecimal.ZERO : round(number, significant);
    int exponent = number == 0 ? 0 : exponent(rounded);
    String digits = number == 0 ? "0" : withoutTrailingZeros(digits(rounded, significant));
    if (exponent < SMALLEST_PLAIN_EXPONENT || exponent >= significant) {
      return exponential(digits, exponent, false);
    }
    return withFraction(plain(digits, exponent, false));
  }

  private static BigDecimal round(double number, int significant) {
    return new BigDecimal(Math.abs(number))
        .round(new MathContext(significant, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal number) {
    return number.precision() - 1 - number.scale();
  }

  private static String digits(BigDecimal number, int significant) {
    String digits = number.unscaledValue().toString();
    return digits.length() >= significant
        ? digits.substring(0, significant)
        : digits + "0".repeat(significant - digits.length());
  }

  private static String withoutTrailingZeros(String digits) {
    int end = digits.length();
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }

  private static String exponential(String digits, int exponent, boolean alternate) {
    String fraction = digits.length() > 1 || alternate ? "." + digits.substring(1) : "";
    String power = Integer.toString(Math.abs(exponent));
    return digits.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + (power.length() < 2 ? "0" + power : power);
  }

  private static String plain(String digits, int exponent, boolean alternate) {
    if (exponent < 0) {
      return "0." + "0".repeat(-exponent - 1) + digits;
    }
    int whole = exponent + 1;
    if (digits.length() <= whole) {
      return digits + "0".repeat(whole - digits.length()) + (alternate ? "." : "");
    }
    return digits.substring(0, whole) + "." + digits.substring(whole);
  }
}
