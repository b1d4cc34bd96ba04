package org.demur.attacks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;
import org.demur.model.Speaker;

/// Finds the tokens of the user's text in a prompt: neither the template before nor after it.
///
/// Two questions that share nothing begin with the same tokens only as far as the template reaches.
/// Where a template's last characters and the text share a token, that token counts as the text's.
public final class InstructionTokens {
  private static final String[] PROBES = {"A", "7"};

  private final int[] header;

  /// Asks the chat template.
  public InstructionTokens(Speaker speaker) {
    Prompt first = speaker.question(PROBES[0]);
    int shared = common(first, speaker.question(PROBES[1]).ids());
    this.header = Arrays.copyOf(first.ids(), shared);
  }

  /// Positions of the user's text, rising; at least that of its last token.
  ///
  /// @throws AttackException with `PLAN` when the prompt does not say where the text ends
  public List<Integer> in(Prompt prompt) {
    if (prompt.tInst() < 0) {
      throw new AttackException(
          ErrorCode.PLAN,
          "a prompt of %d tokens does not say where the user's text ends"
              .formatted(prompt.promptLength()));
    }
    int first = Math.min(common(prompt, header), prompt.tInst());
    return IntStream.rangeClosed(first, prompt.tInst()).boxed().toList();
  }

  private static int common(Prompt prompt, int... other) {
    int[] ids = prompt.ids();
    int same = 0;
    while (same < Math.min(ids.length, other.length) && ids[same] == other[same]) {
      same++;
    }
    return same;
  }
}
