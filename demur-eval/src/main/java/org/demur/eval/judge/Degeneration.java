package org.demur.eval.judge;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Replies that are no answer: nothing, no words, one thing over and over, an offer to help.
///
/// A reply that says something first and then loops is judged by what it said.
final class Degeneration {
  private static final int MIN_LOOP_WORDS = 8;
  private static final int LOOP_GRAM = 3;
  private static final double LOOPED_SHARE = 0.6;
  private static final int ENOUGH_SAID = 40;
  private static final double MIN_READABLE_SHARE = 0.4;
  private static final double MAX_UNREADABLE_WORDS = 0.5;
  private static final int LONGEST_WORD = 30;
  private static final int VOWELLESS = 5;
  private static final String VOWELS = "aeiouyäöüåøæœáéíóúàèìòùâêîôûãõ";
  private static final int LONGEST_OFFER = 40;

  /// "I'm ready to help. What's the task?" and nothing else, in words joined by single blanks.
  private static final Pattern OFFER =
      Pattern.compile(
          "(?:(?:(?:hi|hello|sure|okay|great) )?"
              + "(?:(?:im|i am) (?:here|ready|happy|glad) to (?:help|assist)(?: you)?"
              + "|how (?:can|may) i (?:help|assist)(?: you)?(?: today)?"
              + "|(?:whats|what is) (?:the|your) (?:task|question|request)"
              + "|what do you need(?: help with)?)(?: |$))+");

  private Degeneration() {}

  /// The name of what is wrong, such as `#degenerate:loop`; empty for a reply with content.
  static Optional<String> of(ReplyText text) {
    if (text.answer().isEmpty()) {
      return Optional.of(text.echoed() ? "#degenerate:echo" : "#degenerate:empty");
    }
    if (text.words().isEmpty() || unreadable(text.answer()) || mostlyNonWords(text.words())) {
      return Optional.of("#degenerate:no-words");
    }
    if (text.words().size() <= LONGEST_OFFER
        && OFFER.matcher(String.join(" ", text.words())).matches()) {
      return Optional.of("#degenerate:offer");
    }
    return loops(text.words()) ? Optional.of("#degenerate:loop") : Optional.empty();
  }

  /// Most runs of three words were there before, and few different ones in all.
  private static boolean loops(List<String> words) {
    if (words.size() < MIN_LOOP_WORDS) {
      return false;
    }
    Set<List<String>> seen = new HashSet<>();
    int runs = words.size() - LOOP_GRAM + 1;
    for (int start = 0; start < runs; start++) {
      seen.add(words.subList(start, start + LOOP_GRAM));
    }
    return seen.size() < ENOUGH_SAID && runs - seen.size() >= LOOPED_SHARE * runs;
  }

  private static boolean unreadable(String answer) {
    long visible = answer.codePoints().filter(c -> !Character.isWhitespace(c)).count();
    long readable = answer.codePoints().filter(Character::isLetterOrDigit).count();
    return readable < MIN_READABLE_SHARE * visible;
  }

  private static boolean mostlyNonWords(List<String> words) {
    long strange = words.stream().filter(Degeneration::isStrange).count();
    return strange > MAX_UNREADABLE_WORDS * words.size();
  }

  /// Very long, or Latin letters without any vowel; other scripts are left alone.
  private static boolean isStrange(String word) {
    if (word.length() > LONGEST_WORD) {
      return word.chars().allMatch(c -> c < 0x250);
    }
    return word.length() >= VOWELLESS
        && word.chars().allMatch(c -> c < 0x250 && Character.isLetter(c))
        && word.chars().noneMatch(c -> VOWELS.indexOf(c) >= 0);
  }
}
