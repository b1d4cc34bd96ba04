package org.demur.attacks;

import java.util.Arrays;
import org.demur.model.Prompt;

/// A prompt whose user's text ends with a suffix that is searched.
///
/// @param text of the user without the suffix
/// @param prompt the tokens with the suffix; t_inst is the suffix's last token
/// @param first position of the suffix's first token
public record SuffixedPrompt(String text, Prompt prompt, int first) {
  /// Number of tokens of the suffix.
  public int slots() {
    return prompt.tInst() - first + 1;
  }

  /// Tokens of the suffix, `[slot]`.
  public int[] suffix() {
    return Arrays.copyOfRange(prompt.ids(), first, prompt.tInst() + 1);
  }

  /// The same prompt with another token in one slot.
  SuffixedPrompt swapped(int slot, int id) {
    int[] ids = prompt.ids().clone();
    ids[first + slot] = id;
    return new SuffixedPrompt(text, Prompt.of(ids, prompt.tInst()), first);
  }
}
