package org.demur.eval.baseline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a baseline may see of a prompt: named numbers.
enum Surface {
  /// Every word once, weighted by rarity and scaled to unit length by the caller.
  BAG_OF_WORDS("bag-of-words") {
    @Override
    Map<String, Double> of(String text) {
      Map<String, Double> found = new LinkedHashMap<>();
      words(text).forEach(word -> found.put(word, 1.0));
      return found;
    }
  },
  /// Words and characters, also as logarithms; the caller standardises them.
  LENGTH("length") {
    @Override
    Map<String, Double> of(String text) {
      int words = words(text).size();
      int characters = text.strip().codePointCount(0, text.strip().length());
      Map<String, Double> found = new LinkedHashMap<>();
      found.put("words", (double) words);
      found.put("characters", (double) characters);
      found.put("log words", Math.log1p(words));
      found.put("log characters", Math.log1p(characters));
      return found;
    }
  },
  /// The last word and what follows it, which is what the model reads at the last token.
  LAST_WORD("last-word") {
    @Override
    Map<String, Double> of(String text) {
      List<String> words = words(text);
      Matcher end = ENDING.matcher(text.strip());
      Map<String, Double> found = new HashMap<>();
      found.put("word " + (words.isEmpty() ? "" : words.getLast()), 1.0);
      found.put("end " + (end.find() ? end.group() : ""), 1.0);
      return found;
    }
  };

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");
  private static final Pattern ENDING = Pattern.compile("[^\\p{L}\\p{N}_\\s]{1,3}$");

  private final String label;

  Surface(String label) {
    this.label = label;
  }

  /// Name in reports.
  String label() {
    return label;
  }

  /// The features of a prompt.
  abstract Map<String, Double> of(String text);

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }
}
