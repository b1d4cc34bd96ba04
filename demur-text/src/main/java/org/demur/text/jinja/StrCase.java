package org.demur.text.jinja;

import java.util.Locale;

/// Python's changes of case; they may change the length of a text.
final class StrCase {
  /// No character becomes longer than this many when its case changes.
  private static final int LONGEST_MAPPING = 3;

  private StrCase() {}

  static String upper(Budget budget, String text) {
    budget.text((long) text.length() * LONGEST_MAPPING);
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(Budget budget, String text) {
    budget.text((long) text.length() * LONGEST_MAPPING);
    return text.toLowerCase(Locale.ROOT);
  }

  /// For comparisons without regard to case; Java has no table of its own for it.
  static String fold(Budget budget, String text) {
    return lower(budget, upper(budget, text));
  }

  /// First character in title case, the rest in lower case.
  static String capitalize(Budget budget, String text) {
    if (text.isEmpty()) {
      return text;
    }
    String lower = lower(budget, text);
    String first = text.substring(0, Character.charCount(text.codePointAt(0)));
    return title(first) + lower.substring(first.toLowerCase(Locale.ROOT).length());
  }

  /// Each letter after something without case in title case, other letters in lower case.
  static String title(Budget budget, String text) {
    String lower = lower(budget, text);
    boolean sameLength = lower.length() == text.length();
    TextBuilder result = new TextBuilder(budget);
    boolean afterCased = false;
    for (int index = 0; index < text.length(); ) {
      int point = text.codePointAt(index);
      int end = index + Character.charCount(point);
      String letter = text.substring(index, end);
      if (!afterCased) {
        result.append(title(letter));
      } else {
        // The lower case of a whole text knows the two forms of the letter sigma.
        result.append(sameLength ? lower.substring(index, end) : letter.toLowerCase(Locale.ROOT));
      }
      afterCased = CharClass.isCased(point);
      index = end;
    }
    return result.build();
  }

  static String swap(Budget budget, String text) {
    TextBuilder result = new TextBuilder(budget);
    text.codePoints()
        .forEach(
            point -> {
              String letter = Character.toString(point);
              if (Character.isUpperCase(point)) {
                result.append(letter.toLowerCase(Locale.ROOT));
              } else if (Character.isLowerCase(point)) {
                result.append(letter.toUpperCase(Locale.ROOT));
              } else {
                result.append(letter);
              }
            });
    return result.build();
  }

  private static String title(String letter) {
    String upper = letter.toUpperCase(Locale.ROOT);
    if (upper.length() == letter.length()) {
      return Character.toString(Character.toTitleCase(letter.codePointAt(0)));
    }
    // One letter that stands for several, such as a ligature: only the first becomes large.
    return upper.charAt(0) + upper.substring(1).toLowerCase(Locale.ROOT);
  }
}
