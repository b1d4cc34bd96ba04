package org.demur.text.tokenizer;

import java.util.BitSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Everything that makes a tokenizer, checked.
///
/// @param vocabulary strings and kinds by id
/// @param markup what finds added tokens in a text
/// @param added which ids the native library knows only as the marker
/// @param placeholders the names that the native library has instead of literals
/// @param nativeJson the tokenizer for the native library
/// @param expansions for ids that only the native library has: what they stand for
/// @param roles which tokens begin and end texts
/// @param maxTextChars longest text of one call
/// @param description one line for the user
record TokenizerDefinition(
    Vocabulary vocabulary,
    MarkupFinder markup,
    BitSet added,
    Placeholders placeholders,
    String nativeJson,
    Map<Integer, int[]> expansions,
    Roles roles,
    int maxTextChars,
    String description) {

  /// Longest text that is worth tokenizing at once; the native library needs some hundred bytes of
  /// memory for each character of a word.
  private static final int MAX_TEXT_CHARS = 4_000_000;

  /// The engine of the native library ends the process after ten million steps at one place.
  private static final int MAX_REGEX_STEPS = 8_000_000;

  /// Longest text for regular expressions that take so many steps per character, after normalizers
  /// that make it so many times longer.
  static int textLimit(long regexSteps, long growth) {
    long steps = MAX_REGEX_STEPS / (Math.max(1, regexSteps) * growth);
    return (int) Math.min(MAX_TEXT_CHARS / growth, steps);
  }

  /// Which tokens begin and end texts.
  ///
  /// @param bos begins a text
  /// @param eos ends a text
  /// @param addsBos whether a plain prompt starts with `bos`
  /// @param endsOfTurn all tokens after which a model has nothing to say
  record Roles(OptionalInt bos, OptionalInt eos, boolean addsBos, Set<Integer> endsOfTurn) {}
}
