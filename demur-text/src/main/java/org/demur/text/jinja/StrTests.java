package org.demur.text.jinja;

import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The methods of `str` that ask something: `isalpha` and its kin.
final class StrTests {
  private static final Map<String, Predicate<String>> TESTS =
      Map.ofEntries(
          Map.entry("isalnum", all(CharClass::isLetterOrNumber)),
          Map.entry("isalpha", all(CharClass::isLetter)),
          Map.entry("isascii", text -> text.chars().allMatch(unit -> unit < 0x80)),
          Map.entry("isdecimal", all(CharClass::isDecimal)),
          Map.entry("isdigit", all(CharClass::isDigit)),
          Map.entry("isidentifier", StrTests::isIdentifier),
          Map.entry("islower", StrTests::isLower),
          Map.entry("isnumeric", all(CharClass::isNumeric)),
          Map.entry("isprintable", text -> text.codePoints().allMatch(CharClass::isPrintable)),
          Map.entry("isspace", all(CharClass::isSpace)),
          Map.entry("istitle", StrTests::isTitle),
          Map.entry("isupper", StrTests::isUpper));

  private StrTests() {}

  /// The test of that name, or null.
  static @Nullable Predicate<String> find(String name) {
    return TESTS.get(name);
  }

  private static Predicate<String> all(IntPredicate predicate) {
    return text -> !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  static boolean isIdentifier(String text) {
    if (text.isEmpty()) {
      return false;
    }
    int first = text.codePointAt(0);
    return (first == '_' || Character.isUnicodeIdentifierStart(first))
        && text.codePoints()
            .allMatch(
                point ->
                    Character.isUnicodeIdentifierPart(point)
                        && !Character.isIdentifierIgnorable(point));
  }

  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints()
            .noneMatch(point -> Character.isUpperCase(point) || Character.isTitleCase(point));
  }

  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints()
            .noneMatch(point -> Character.isLowerCase(point) || Character.isTitleCase(point));
  }

  private static boolean isTitle(String text) {
    boolean cased = false;
    boolean afterCased = false;
    for (int point : text.codePoints().toArray()) {
      boolean capital = Character.isUpperCase(point) || Character.isTitleCase(point);
      boolean small = Character.isLowerCase(point);
      if ((capital && afterCased) || (small && !afterCased)) {
        return false;
      }
      afterCased = capital || small;
      cased |= afterCased;
    }
    return cased;
  }
}
