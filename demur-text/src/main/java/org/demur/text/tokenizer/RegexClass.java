package org.demur.text.tokenizer;

import java.util.function.Function;
import java.util.function.IntConsumer;

/// Finds the end of a character class of a regular expression, such as `[^\s[a-z]&&[^x]]`.
final class RegexClass {
  private static final int MAX_DEPTH = 10;

  private RegexClass() {}

  /// Passes over the class that starts at `start` and gives the place after it to `end`.
  static void skip(
      Function<String, TokenizerException> refused, String regex, int start, IntConsumer end) {
    int depth = 0;
    int at = start;
    while (at < regex.length()) {
      char c = regex.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '[') {
        depth++;
        if (depth > MAX_DEPTH) {
          throw refused.apply("character classes nested more than " + MAX_DEPTH + " deep");
        }
        // Readers disagree on a closing bracket that comes first.
        if (regex.startsWith("]", at + 1) || regex.startsWith("^]", at + 1)) {
          throw refused.apply("a character class that starts with a closing bracket");
        }
      } else if (c == ']' && --depth == 0) {
        end.accept(at + 1);
        return;
      }
      at++;
    }
    throw refused.apply("a character class that is not closed");
  }
}
