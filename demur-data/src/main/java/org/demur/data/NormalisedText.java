package org.demur.data;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Texts as they are compared: lower case, runs of letters and digits only, so that case, spaces
/// and punctuation make no difference. Letters of all scripts count; for ASCII these are runs of
/// `[a-z0-9]`.
final class NormalisedText {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

  private NormalisedText() {}

  /// The words joined by blanks; a text without any word stands for itself.
  static String of(String text) {
    List<String> words = wordList(text);
    return words.isEmpty() ? text.strip() : String.join(" ", words);
  }

  /// The distinct words.
  static Set<String> words(String text) {
    return new LinkedHashSet<>(wordList(text));
  }

  private static List<String> wordList(String text) {
    return Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
