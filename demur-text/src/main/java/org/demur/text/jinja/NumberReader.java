package org.demur.text.jinja;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Python's `int(text, base)` and `float(text)`.
final class NumberReader {
  private static final Pattern FLOAT =
      Pattern.compile("[+-]?(?:\\d++(?:\\.\\d*+)?+|\\.\\d++)(?:[eE][+-]?\\d++)?+");

  private static final Pattern SPECIAL =
      Pattern.compile("([+-]?)(inf|infinity|nan)", Pattern.CASE_INSENSITIVE);

  private static final int MAX_DIGITS = 4_300;

  private NumberReader() {}

  /// An integer in a base from 2 to 36, or 0 for the base that a prefix names; null when it is
  /// none.
  static @Nullable BigInteger integer(Budget budget, String text, int base) {
    budget.scan(text.length());
    String digits = strip(text);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = base;
    int prefixed = prefix(digits);
    if (prefixed > 0 && (base == 0 || base == prefixed)) {
      radix = prefixed;
      digits = digits.substring(2);
      digits = digits.startsWith("_") ? digits.substring(1) : digits;
    } else if (base == 0) {
      radix = 10;
      boolean zeros = digits.chars().allMatch(unit -> unit == '0' || unit == '_');
      if (digits.startsWith("0") && !zeros) {
        return null;
      }
    }
    if (radix < 2 || radix > 36 || !areDigits(digits, radix)) {
      return null;
    }
    digits = digits.replace("_", "");
    boolean powerOfTwo = (radix & (radix - 1)) == 0;
    if (digits.length() > MAX_DIGITS) {
      if (!powerOfTwo) {
        return null;
      }
      throw JinjaException.limit("the template reads an integer of too many digits");
    }
    BigInteger number = new BigInteger(digits, radix);
    return negative ? number.negate() : number;
  }

  private static int prefix(String digits) {
    if (digits.length() < 2 || digits.charAt(0) != '0') {
      return 0;
    }
    return switch (digits.charAt(1)) {
      case 'b', 'B' -> 2;
      case 'o', 'O' -> 8;
      case 'x', 'X' -> 16;
      default -> 0;
    };
  }

  private static boolean areDigits(String text, int radix) {
    boolean afterDigit = false;
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      boolean digit = Character.digit(unit, radix) >= 0;
      if (!digit && !(unit == '_' && afterDigit)) {
        return false;
      }
      afterDigit = digit;
    }
    return afterDigit;
  }

  /// A float, or null when the text is none.
  static @Nullable Double real(Budget budget, String text) {
    budget.scan(text.length());
    String digits = strip(text);
    if (SPECIAL.matcher(digits).matches()) {
      double sign = digits.startsWith("-") ? -1 : 1;
      boolean nan = digits.endsWith("n") || digits.endsWith("N");
      return nan ? Double.NaN : sign * Double.POSITIVE_INFINITY;
    }
    if (!areUnderscoresInside(digits)) {
      return null;
    }
    digits = digits.replace("_", "");
    return FLOAT.matcher(digits).matches() ? Double.valueOf(digits) : null;
  }

  private static boolean areUnderscoresInside(String text) {
    for (int index = text.indexOf('_'); index >= 0; index = text.indexOf('_', index + 1)) {
      boolean inside =
          index > 0
              && index + 1 < text.length()
              && Character.isDigit(text.charAt(index - 1))
              && Character.isDigit(text.charAt(index + 1));
      if (!inside) {
        return false;
      }
    }
    return true;
  }

  private static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && CharClass.isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && CharClass.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }
}
