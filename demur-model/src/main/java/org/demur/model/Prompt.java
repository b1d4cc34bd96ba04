package org.demur.model;

import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.hook.Positions;

/// One row of a batch: the tokens of a prompt, and perhaps of an answer after it.
///
/// @param ids token ids, `[position]`
/// @param promptLength tokens that belong to the prompt; the rest counts as generated
/// @param tInst position of the last token of the user's text, or -1 when it is not known
public record Prompt(int[] ids, int promptLength, int tInst) {
  /// Checks that there is a token and that the positions are inside.
  public Prompt {
    if (ids.length == 0) {
      throw new ModelException(ErrorCode.CONTEXT_LENGTH, "a prompt needs at least one token");
    }
    if (promptLength < 1 || promptLength > ids.length || tInst >= promptLength) {
      throw new IllegalArgumentException(
          "prompt length %d and t_inst %d do not fit a row of %d tokens"
              .formatted(promptLength, tInst, ids.length));
    }
    ids = ids.clone();
  }

  /// A prompt without an answer, of which t_inst is not known.
  public static Prompt of(int... ids) {
    return new Prompt(ids, ids.length, -1);
  }

  /// A prompt without an answer.
  public static Prompt of(int[] ids, int tInst) {
    return new Prompt(ids, ids.length, tInst);
  }

  /// Number of tokens.
  public int length() {
    return ids.length;
  }

  Positions.Row row() {
    return new Positions.Row(promptLength, tInst);
  }
}
