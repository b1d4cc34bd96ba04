package org.demur.text.jinja;

/// Python's classes of characters.
final class CharClass {
  /// Ideographs that Python counts as numeric and Java does not.
  private static final String NUMERIC_IDEOGRAPHS =
      "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零";

  /// First and last of the runs of digits that are no decimal digits, such as superscripts.
  private static final int[] OTHER_DIGITS = {
    0xb2, 0xb3, 0xb9, 0xb9, 0x1369, 0x1371, 0x19da, 0x19da, 0x2070, 0x2070, 0x2074, 0x2079, 0x2080,
    0x2089, 0x2460, 0x2468, 0x2474, 0x247c, 0x2488, 0x2490, 0x24ea, 0x24ea, 0x24f5, 0x24fd, 0x24ff,
    0x24ff, 0x2776, 0x277e, 0x2780, 0x2788, 0x278a, 0x2792, 0x10a40, 0x10a43, 0x10e60, 0x10e68,
    0x11052, 0x1105a, 0x1f100, 0x1f10a
  };

  private CharClass() {}

  /// `str.isspace`; also what a regular expression's `\s` matches.
  static boolean isSpace(int point) {
    return switch (point) {
      case 0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000 -> true;
      default ->
          (point >= 0x09 && point <= 0x0d)
              || (point >= 0x1c && point <= 0x1f)
              || (point >= 0x2000 && point <= 0x200a);
    };
  }

  /// Where `str.splitlines` splits.
  static boolean isLineBreak(int point) {
    return switch (point) {
      case '\n', '\r', 0x0b, 0x0c, 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029 -> true;
      default -> false;
    };
  }

  /// `str.isprintable`.
  static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }

  /// `str.isalpha`.
  static boolean isLetter(int point) {
    return Character.isLetter(point);
  }

  /// `str.isdecimal`.
  static boolean isDecimal(int point) {
    return Character.isDigit(point);
  }

  /// `str.isdigit`: also superscripts and the like.
  static boolean isDigit(int point) {
    if (Character.isDigit(point)) {
      return true;
    }
    for (int index = 0; index < OTHER_DIGITS.length; index += 2) {
      if (point >= OTHER_DIGITS[index] && point <= OTHER_DIGITS[index + 1]) {
        return true;
      }
    }
    return false;
  }

  /// `str.isnumeric`: also fractions, Roman numerals and the like.
  static boolean isNumeric(int point) {
    return switch (Character.getType(point)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> NUMERIC_IDEOGRAPHS.indexOf(point) >= 0;
    };
  }

  /// `str.isalnum`.
  static boolean isLetterOrNumber(int point) {
    return isLetter(point) || isNumeric(point);
  }

  /// What a regular expression's `\w` matches.
  static boolean isWord(int point) {
    return point == '_' || isLetterOrNumber(point);
  }

  /// Whether upper and lower case differ for it.
  static boolean isCased(int point) {
    return Character.isUpperCase(point)
        || Character.isLowerCase(point)
        || Character.isTitleCase(point);
  }
}
