package org.demur.text.jinja;

import java.math.BigInteger;
import java.util.Locale;

/// Numbers in the presentation that a format specification asks for, without sign and padding.
final class NumberText {
  private static final int DEFAULT_PRECISION = 6;
  private static final int GROUP = 3;
  private static final int BINARY_GROUP = 4;

  private NumberText() {}

  /// An integer's magnitude as type `d`, `x`, `X`, `o` or `b`.
  ///
  /// @param alternate whether to write the prefix, such as `0x`
  static String integer(BigInteger number, char type, boolean alternate) {
    BigInteger magnitude = number.abs();
    String text =
        switch (type) {
          case 'x', 'X' -> (alternate ? "0x" : "") + magnitude.toString(16);
          case 'o' -> (alternate ? "0o" : "") + magnitude.toString(8);
          case 'b' -> (alternate ? "0b" : "") + magnitude.toString(2);
          default -> PythonText.decimal(magnitude);
        };
    return type == 'X' ? text.toUpperCase(Locale.ROOT) : text;
  }

  /// A float's magnitude as type `e`, `f`, `g`, `%` (either case).
  ///
  /// @param precision negative for the default
  static String real(double number, char type, int precision, boolean alternate) {
    char lower = Character.toLowerCase(type);
    if (!Double.isFinite(number)) {
      String text = Double.isNaN(number) ? "nan" : "inf";
      return sameCase(type, type == '%' ? text + "%" : text);
    }
    int digits = precision < 0 ? DEFAULT_PRECISION : precision;
    String text =
        switch (lower) {
          case 'e' -> FloatText.scientific(number, digits, alternate);
          case 'g', 'n' -> FloatText.general(number, digits, alternate);
          case '%' -> FloatText.fixed(number * 100, digits);
          default -> FloatText.fixed(number, digits);
        };
    if (alternate && digits == 0 && (lower == 'f' || lower == '%')) {
      text += ".";
    }
    return sameCase(type, lower == '%' ? text + "%" : text);
  }

  private static String sameCase(char type, String text) {
    return Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
  }

  /// Puts separators between groups of digits of the whole part, and zeros in front up to a width.
  static String group(String digits, char separator, boolean binary, int width) {
    int end = 0;
    while (end < digits.length() && Character.digit(digits.charAt(end), 16) >= 0) {
      end++;
    }
    String whole = digits.substring(0, end);
    String rest = digits.substring(end);
    int size = binary ? BINARY_GROUP : GROUP;
    StringBuilder grouped = new StringBuilder();
    int written = 0;
    for (int index = whole.length() - 1;
        index >= 0 || grouped.length() + rest.length() < width;
        index--) {
      if (written > 0 && written % size == 0) {
        grouped.append(separator);
      }
      grouped.append(index >= 0 ? whole.charAt(index) : '0');
      written++;
    }
    return grouped.reverse() + rest;
  }
}
