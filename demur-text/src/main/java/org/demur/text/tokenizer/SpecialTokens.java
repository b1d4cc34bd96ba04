package org.demur.text.tokenizer;

import java.util.Optional;
import java.util.Set;

/// What the files beside a tokenizer.json say about its tokens; what is empty is taken from the
/// tokenizer.json itself.
///
/// @param bos the text of the token that begins a text
/// @param eos the text of the token that ends a text
/// @param addsBos whether a plain prompt starts with `bos`
/// @param endIds ids after which a model has nothing to say
public record SpecialTokens(
    Optional<String> bos, Optional<String> eos, Optional<Boolean> addsBos, Set<Integer> endIds) {
  /// Nothing is known.
  public static final SpecialTokens UNKNOWN =
      new SpecialTokens(Optional.empty(), Optional.empty(), Optional.empty(), Set.of());
}
