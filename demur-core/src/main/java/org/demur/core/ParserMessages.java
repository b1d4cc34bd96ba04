package org.demur.core;

import java.util.regex.Pattern;

/// Texts of a JSON parser as a user should see them.
public final class ParserMessages {
  private static final Pattern INNER_PLACE =
      Pattern.compile("\\s*\\((start marker )?at \\[Source:.*", Pattern.DOTALL);

  private ParserMessages() {}

  /// A message without the parser's own note of where it stood, which names no line that a user
  /// could find.
  public static String plain(String message) {
    return INNER_PLACE.matcher(message).replaceFirst("");
  }
}
