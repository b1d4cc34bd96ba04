package org.demur.attacks;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;

/// A prompt with tokens after it whose probability is measured.
///
/// @param prompt the tokens of prompt and target; where the prompt ends
/// @param measured for every token, whether its prediction counts; never the first
public record TargetRow(Prompt prompt, boolean[] measured) {
  /// Checks that the two fit.
  ///
  /// @throws AttackException with `CONTEXT_LENGTH` when they do not, or when no token counts
  public TargetRow {
    if (measured.length != prompt.length() || measured[0] || !any(measured)) {
      throw new AttackException(
          ErrorCode.CONTEXT_LENGTH,
          "a row of %d tokens has %d marks; as many are needed, at least one of them set and not the first"
              .formatted(prompt.length(), measured.length));
    }
    measured = measured.clone();
  }

  /// A row whose whole target counts and nothing of its prompt.
  ///
  /// @param target token ids, `[position]`
  /// @throws AttackException with `CONTEXT_LENGTH` when the target is empty
  public static TargetRow of(Prompt prompt, int... target) {
    Prompt row = prompt.followedBy(target);
    boolean[] measured = new boolean[row.length()];
    Arrays.fill(measured, prompt.length(), measured.length, true);
    return new TargetRow(row, measured);
  }

  private static boolean any(boolean... marks) {
    return IntStream.range(0, marks.length).anyMatch(at -> marks[at]);
  }

  /// Positions at which a token that counts is predicted, rising.
  public int[] predicting() {
    return IntStream.range(0, measured.length - 1).filter(at -> measured[at + 1]).toArray();
  }
}
