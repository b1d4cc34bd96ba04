package org.demur.eval.judge;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A reply prepared for judging: the model's own answer, cut off from everything that is not.
///
/// Reasoning before `</think>` goes, so does a turn that the model forged after a control token,
/// and the prompt where the reply begins by repeating it.
final class ReplyText {
  private static final int MAX_CHARACTERS = 20_000;
  private static final int MAX_WORDS = 1_000;
  private static final int MIN_ECHO_WORDS = 3;
  private static final String END_OF_THINKING = "</think>";
  private static final Pattern CONTROL =
      Pattern.compile("<\\|[a-z_]{2,30}\\|>|</?s>|<(?:start|end)_of_turn>|<eos>");
  private static final Pattern LEADING = Pattern.compile("^[\\s\"'“”‘’*>#]+");

  private final String answer;
  private final boolean echoed;
  private final boolean truncated;
  private final List<String> words;
  private final Set<String> promptGrams;
  private final Set<String> promptTopic;

  /// Prepares a reply.
  ReplyText(Reply reply) {
    List<String> promptWords = Words.of(bounded(reply.prompt()));
    String own = beforeControlToken(afterThinking(bounded(reply.text()))).strip();
    String rest = withoutEcho(own, bounded(reply.prompt()), promptWords.size());
    this.echoed = rest.length() < own.length();
    this.answer = rest;
    this.truncated = reply.truncated();
    List<String> all = Words.of(rest);
    this.words = List.copyOf(all.subList(0, Math.min(MAX_WORDS, all.size())));
    this.promptGrams = new HashSet<>(Words.grams(promptWords, ReplyFeatures.LONGEST_GRAM));
    this.promptTopic = Words.topic(promptWords);
  }

  /// The answer itself, without surrounding blanks.
  String answer() {
    return answer;
  }

  /// Whether the reply began with the prompt.
  boolean echoed() {
    return echoed;
  }

  /// Whether its length was set by a limit.
  boolean truncated() {
    return truncated;
  }

  /// The words of the answer, at most 1,000.
  List<String> words() {
    return words;
  }

  /// Words with those of the prompt's topic masked.
  List<String> masked(int most) {
    return words.stream()
        .limit(most)
        .map(word -> promptTopic.contains(Words.singular(word)) ? Words.MASK : word)
        .toList();
  }

  /// Whether these words stand in the prompt as they are.
  boolean inPrompt(String gram) {
    return promptGrams.contains(gram);
  }

  /// Whether a phrase has a word of the prompt's topic.
  boolean aboutPrompt(String phrase) {
    return Words.topic(Words.of(phrase)).stream().anyMatch(promptTopic::contains);
  }

  private static String bounded(String text) {
    return text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
  }

  private static String afterThinking(String text) {
    int end = text.lastIndexOf(END_OF_THINKING);
    return end < 0 ? text : text.substring(end + END_OF_THINKING.length());
  }

  private static String beforeControlToken(String text) {
    String rest = text.strip();
    Matcher control = CONTROL.matcher(rest);
    while (control.lookingAt()) {
      rest = rest.substring(control.end()).strip();
      control = CONTROL.matcher(rest);
    }
    return control.find() ? rest.substring(0, control.start()) : rest;
  }

  private static String withoutEcho(String reply, String prompt, int promptWords) {
    if (promptWords < MIN_ECHO_WORDS) {
      return reply;
    }
    String start = LEADING.matcher(reply).replaceFirst("");
    String asked = LEADING.matcher(prompt.strip()).replaceFirst("");
    // Case folding may change lengths in rare scripts; there the echo stays and is masked as words.
    return start.toLowerCase(Locale.ROOT).startsWith(asked.toLowerCase(Locale.ROOT))
            && asked.length() <= start.length()
        ? LEADING.matcher(start.substring(asked.length())).replaceFirst("").strip()
        : reply;
  }
}
