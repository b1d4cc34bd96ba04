package org.demur.text.jinja;

/// Finds texts in texts in linear time, so that no pair of texts makes a search slow.
final class TextSearch {
  /// Up to this length the plain search is faster and its worst case is harmless.
  private static final int SHORT = 16;

  private TextSearch() {}

  /// The index (in UTF-16 units) of the first occurrence at or after `from`, or -1.
  static int indexOf(Budget budget, String text, String part, int from) {
    if (part.length() > text.length() - from) {
      return -1;
    }
    int index =
        part.length() <= SHORT ? text.indexOf(part, from) : indexOfLong(budget, text, part, from);
    int end = index < 0 ? text.length() : index + part.length();
    budget.scan(end - (long) from);
    return index;
  }

  /// The index of the last occurrence that ends at or before `end`, or -1.
  static int lastIndexOf(Budget budget, String text, String part, int end) {
    if (part.length() > end) {
      return -1;
    }
    if (part.length() <= SHORT) {
      budget.scan(end);
      return text.lastIndexOf(part, end - part.length());
    }
    String reversedText = new StringBuilder(text.substring(0, end)).reverse().toString();
    String reversedPart = new StringBuilder(part).reverse().toString();
    budget.text(end + (long) part.length());
    int index = indexOf(budget, reversedText, reversedPart, 0);
    return index < 0 ? -1 : end - index - part.length();
  }

  /// Knuth, Morris and Pratt: never looks at a character of the text twice.
  private static int indexOfLong(Budget budget, String text, String part, int from) {
    budget.text(2L * part.length());
    int[] fallback = fallback(part);
    int matched = 0;
    for (int index = from; index < text.length(); index++) {
      char next = text.charAt(index);
      while (matched > 0 && part.charAt(matched) != next) {
        matched = fallback[matched - 1];
      }
      if (part.charAt(matched) == next) {
        matched++;
      }
      if (matched == part.length()) {
        return index - matched + 1;
      }
    }
    return -1;
  }

  /// For each prefix of the part, the length of its longest proper prefix that is also its suffix.
  private static int[] fallback(String part) {
    int[] fallback = new int[part.length()];
    int matched = 0;
    for (int index = 1; index < part.length(); index++) {
      while (matched > 0 && part.charAt(matched) != part.charAt(index)) {
        matched = fallback[matched - 1];
      }
      if (part.charAt(matched) == part.charAt(index)) {
        matched++;
      }
      fallback[index] = matched;
    }
    return fallback;
  }
}
