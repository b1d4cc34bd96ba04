package org.demur.text.tokenizer;

/// Makes Java strings that the native library can take as UTF-8.
final class WellFormed {
  private WellFormed() {}

  /// The text with every surrogate that has no partner replaced by U+FFFD; the length stays.
  static String text(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return repaired(text, i);
      }
    }
    return text;
  }

  private static String repaired(String text, int from) {
    StringBuilder result = new StringBuilder(text);
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        result.setCharAt(i, '\uFFFD');
      }
    }
    return result.toString();
  }
}
