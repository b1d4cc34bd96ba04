package org.demur.text;

import java.util.OptionalInt;

/// Where the user's text ends in a prompt.
///
/// @param length tokens of the prompt
/// @param tInst position of the last token of the last user message's text, from 0; empty when the
///   conversation has no user message or the text cannot be found in the prompt
/// @param nPost tokens after it: the post-instruction tokens, when the user spoke last
public record PromptPositions(int length, OptionalInt tInst, int nPost) {
  /// Positions of a prompt whose last token is the last one of the user's text.
  static PromptPositions ofPlain(int length) {
    return new PromptPositions(
        length, length == 0 ? OptionalInt.empty() : OptionalInt.of(length - 1), 0);
  }
}
