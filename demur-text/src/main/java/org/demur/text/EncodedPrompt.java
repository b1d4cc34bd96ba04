package org.demur.text;

import java.util.Arrays;

/// A conversation as tokens, with the place of the user's text.
///
/// @param text the rendered template
/// @param ids token ids, `[position]`
/// @param tInst position of the last token of the last user message
/// @param aligned whether a token boundary lies between the user's text and what follows it; if
///   not, the token at `tInst` holds the end of one and the beginning of the other
public record EncodedPrompt(String text, int[] ids, int tInst, boolean aligned) {
  /// Post-instruction tokens: those after [#tInst()].
  public int[] postInstructionIds() {
    return Arrays.copyOfRange(ids, tInst + 1, ids.length);
  }
}
