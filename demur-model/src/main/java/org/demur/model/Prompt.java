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

  /// The same row with more tokens after it, which count as generated.
  public Prompt followedBy(int... more) {
    return new Prompt(joined(ids.length, more), promptLength, tInst);
  }

  /// The same prompt with more tokens behind its last one that count as part of it: the beginning
  /// of a reply that is put into the model's mouth.
  ///
  /// @throws IllegalArgumentException when tokens were generated already
  public Prompt continuedBy(int... more) {
    if (promptLength != ids.length) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens with %d generated ones cannot be continued"
              .formatted(promptLength, ids.length - promptLength));
    }
    return new Prompt(joined(ids.length, more), ids.length + more.length, tInst);
  }

  /// The same prompt with more tokens at the end of the user's text; t_inst is the last of them.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] when it is not known where the text ends
  public Prompt insertedAfterText(int... more) {
    if (tInst < 0) {
      throw new ModelException(
          ErrorCode.PLAN,
          "%d tokens are to follow the user's text, but the prompt does not say where it ends"
              .formatted(more.length));
    }
    return new Prompt(joined(tInst + 1, more), promptLength + more.length, tInst + more.length);
  }

  private int[] joined(int at, int... more) {
    int[] all = new int[ids.length + more.length];
    System.arraycopy(ids, 0, all, 0, at);
    System.arraycopy(more, 0, all, at, more.length);
    System.arraycopy(ids, at, all, at + more.length, ids.length - at);
    return all;
  }

  /// Number of tokens.
  public int length() {
    return ids.length;
  }

  Positions.Row row() {
    return new Positions.Row(promptLength, tInst);
  }
}
