package org.demur.text.jinja;

import java.util.Iterator;

/// Texts as Python sees them: sequences of Unicode code points, not of UTF-16 units.
final class CodePoints {
  private CodePoints() {}

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /// Whether each code point is one UTF-16 unit, so that the indices are the same.
  static boolean isSimple(String text) {
    return length(text) == text.length();
  }

  /// The UTF-16 index of the code point with that number, which is 0 to the length.
  static int offset(String text, int index) {
    return isSimple(text) ? index : text.offsetByCodePoints(0, index);
  }

  /// The number of the code point at a UTF-16 index.
  static int index(String text, int offset) {
    return text.codePointCount(0, offset);
  }

  static String substring(String text, int start, int end) {
    return isSimple(text)
        ? text.substring(start, end)
        : text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end));
  }

  /// The code points as texts of one.
  static Iterator<Value> iterator(String text) {
    return text.codePoints()
        .mapToObj(point -> (Value) Str.of(Character.toString(point)))
        .iterator();
  }

  static String reverse(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  /// Compares by code point; UTF-16 units would sort emoji before some letters.
  static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    int index = 0;
    while (index < common && left.charAt(index) == right.charAt(index)) {
      index++;
    }
    if (index == common) {
      return Integer.compare(left.length(), right.length());
    }
    return Integer.compare(pointAround(left, index), pointAround(right, index));
  }

  private static int pointAround(String text, int index) {
    boolean second =
        index > 0
            && Character.isLowSurrogate(text.charAt(index))
            && Character.isHighSurrogate(text.charAt(index - 1));
    return text.codePointAt(second ? index - 1 : index);
  }
}
