package org.demur.eval.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Words as the judge sees them: lower case, without apostrophes, so that "can't" is `cant`.
///
/// Curly and typewriter apostrophes give the same word, and "can't" is not mistaken for "can".
final class Words {
  /// Stands for a word of the prompt's topic.
  static final String MASK = "_";

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}_]+");
  private static final Pattern APOSTROPHES = Pattern.compile("[‘’ʼ`´]");
  private static final Pattern INNER = Pattern.compile("(?<=[\\p{L}\\p{N}])'(?=[\\p{L}\\p{N}])");

  /// Words that have no topic, and those that refusals are made of.
  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          """
          a an the and or but if of to in on at by for with from as is are was were be been being am do
          does did have has had having i me my we us our you your it its this that these those they
          them their he she his her not no nor so than then there here what which who whom how why when
          where can could may might must shall should will would cannot cant dont im ive isnt arent
          doesnt didnt wont wouldnt shouldnt couldnt thats theres about into over more most some any all
          each other such only own same too very just also because while during before after above below
          up down out off again further once both few one id ill lets youre
          ai language model sorry please important help
          """
              .strip()
              .split("\\s+", -1));

  private Words() {}

  /// The words of a text in order.
  static List<String> of(String text) {
    String plain = INNER.matcher(straight(text)).replaceAll("").toLowerCase(Locale.ROOT);
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(plain);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /// The text with all apostrophes as `'`.
  static String straight(String text) {
    return APOSTROPHES.matcher(text).replaceAll("'");
  }

  /// Whether a word can belong to any topic.
  static boolean isFunctionWord(String word) {
    return FUNCTION_WORDS.contains(word);
  }

  /// The words that can belong to a topic, without a plural s.
  static Set<String> topic(List<String> words) {
    return words.stream()
        .filter(word -> !isFunctionWord(word))
        .map(Words::singular)
        .collect(Collectors.toSet());
  }

  /// A word without the s of a plural, so that "statues" is the topic "statue".
  static String singular(String word) {
    return word.length() > 3 && word.endsWith("s") && !isFunctionWord(word)
        ? word.substring(0, word.length() - 1)
        : word;
  }

  /// All runs of one to `longest` words, joined by blanks.
  static List<String> grams(List<String> words, int longest) {
    List<String> grams = new ArrayList<>();
    for (int length = 1; length <= longest; length++) {
      for (int start = 0; start + length <= words.size(); start++) {
        grams.add(String.join(" ", words.subList(start, start + length)));
      }
    }
    return grams;
  }
}
