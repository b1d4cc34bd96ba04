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
/// @param description one line for the user
record TokenizerDefinition(
    Vocabulary vocabulary,
    MarkupFinder markup,
    BitSet added,
    Placeholders placeholders,
    String nativeJson,
    Map<Integer, int[]> expansions,
    Roles roles,
    String description) {

  /// Which tokens begin and end texts.
  ///
  /// @param bos begins a text
  /// @param eos ends a text
  /// @param addsBos whether a plain prompt starts with `bos`
  /// @param endsOfTurn all tokens after which a model has nothing to say
  record Roles(OptionalInt bos, OptionalInt eos, boolean addsBos, Set<Integer> endsOfTurn) {}
}
