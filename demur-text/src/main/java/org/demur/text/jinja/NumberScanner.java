package org.demur.text.jinja;

import java.util.function.IntPredicate;

/// Finds the ends of numeric literals.
final class NumberScanner {
  private final String source;

  NumberScanner(String source) {
    this.source = source;
  }

  /// The end of the float that starts here, or -1; after a dot there is none, so that `x.0.1` is
  /// two indices.
  int endOfFloat(int start) {
    if (start > 0 && source.charAt(start - 1) == '.') {
      return -1;
    }
    int whole = endOfDigits(start);
    if (whole < 0) {
      return -1;
    }
    int fraction = at(whole) == '.' ? endOfDigits(whole + 1) : -1;
    int mantissa = fraction < 0 ? whole : fraction;
    int exponent = endOfExponent(mantissa);
    return exponent >= 0 ? exponent : fraction;
  }

  private int endOfExponent(int start) {
    if (at(start) != 'e' && at(start) != 'E') {
      return -1;
    }
    boolean signed = at(start + 1) == '+' || at(start + 1) == '-';
    return endOfDigits(signed ? start + 2 : start + 1);
  }

  /// The end of digits with single underscores between them, or -1 when there is no digit.
  private int endOfDigits(int start) {
    return isDigit(at(start)) ? endOfGroup(start, NumberScanner::isDigit) : -1;
  }

  /// 2, 8, 10 or 16.
  int radix(int start) {
    if (at(start) != '0') {
      return 10;
    }
    int radix =
        switch (at(start + 1)) {
          case 'b', 'B' -> 2;
          case 'o', 'O' -> 8;
          case 'x', 'X' -> 16;
          default -> 10;
        };
    int first = at(start + 2) == '_' ? start + 3 : start + 2;
    return radix != 10 && Character.digit(at(first), radix) >= 0 ? radix : 10;
  }

  /// The end of the integer that starts here with a digit.
  int endOfInteger(int start) {
    int radix = radix(start);
    if (radix != 10) {
      int first = at(start + 2) == '_' ? start + 3 : start + 2;
      return endOfGroup(first, unit -> unit < 0x80 && Character.digit(unit, radix) >= 0);
    }
    return at(start) == '0'
        ? endOfGroup(start, unit -> unit == '0')
        : endOfGroup(start, NumberScanner::isDigit);
  }

  private int endOfGroup(int start, IntPredicate accepted) {
    int end = start + 1;
    while (accepted.test(at(end)) || (at(end) == '_' && accepted.test(at(end + 1)))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(int unit) {
    return unit >= '0' && unit <= '9';
  }

  private char at(int index) {
    return index < source.length() ? source.charAt(index) : 0;
  }
}
