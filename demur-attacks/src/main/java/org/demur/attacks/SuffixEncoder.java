package org.demur.attacks;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;
import org.demur.model.Speaker;

/// Goes between suffixes as tokens and as what a user could type: only a suffix whose text gives
/// its tokens again, inside of the whole prompt, is an attack on the text of a request.
public final class SuffixEncoder {
  private final Speaker speaker;
  private final InstructionTokens instructions;

  /// Makes an encoder.
  public SuffixEncoder(Speaker speaker) {
    this.speaker = speaker;
    this.instructions = new InstructionTokens(speaker);
  }

  /// A prompt with a suffix to start a search from.
  ///
  /// @param suffix with what parts it from the text, such as a space
  /// @throws AttackException with `TOKENIZER` when the tokens of text and suffix cannot be parted,
  ///   or their text does not give them again
  public SuffixedPrompt start(String text, String suffix) {
    Prompt plain = speaker.question(text);
    Prompt whole = speaker.question(text + suffix);
    int common = 0;
    while (common <= Math.min(plain.tInst(), whole.tInst())
        && plain.ids()[common] == whole.ids()[common]) {
      common++;
    }
    SuffixedPrompt start = new SuffixedPrompt(text, whole, common);
    if (start.slots() < 1 || !survives(start)) {
      throw new AttackException(
          ErrorCode.TOKENIZER,
          ("a suffix of %d characters after a text of %d does not keep its tokens: t_inst is"
                  + " at %d, the suffix begins at %d")
              .formatted(suffix.length(), text.length(), whole.tInst(), common));
    }
    return start;
  }

  /// The text of a suffix, with what parts it from the text before; empty when the tokens have none
  /// of their own.
  public Optional<String> text(SuffixedPrompt prompt) {
    int[] ids = prompt.prompt().ids();
    // decoders treat the first token of a text differently: the text before stays in front
    int begin = Math.min(instructions.in(prompt.prompt()).getFirst(), prompt.first());
    String before = decoded(Arrays.copyOfRange(ids, begin, prompt.first()));
    String all = decoded(Arrays.copyOfRange(ids, begin, prompt.prompt().tInst() + 1));
    return all.startsWith(before) ? Optional.of(all.substring(before.length())) : Optional.empty();
  }

  /// Whether the text of the suffix, typed by a user, gives the same tokens.
  public boolean survives(SuffixedPrompt prompt) {
    Optional<String> suffix = text(prompt);
    if (suffix.isEmpty()) {
      return false;
    }
    Prompt again = speaker.question(prompt.text() + suffix.get());
    return again.tInst() == prompt.prompt().tInst()
        && Arrays.equals(again.ids(), prompt.prompt().ids());
  }

  /// Tokens that a suffix may hold: visible ASCII, and no markup.
  public int[] allowed() {
    int size =
        Math.min(
            speaker.tokenizer().vocabularySize(),
            speaker.model().architecture().dimensions().vocabularySize());
    return IntStream.range(0, size)
        .filter(id -> !speaker.tokenizer().isControl(id) && !speaker.tokenizer().isAdded(id))
        .filter(id -> visible(decoded(id)))
        .toArray();
  }

  private static boolean visible(String text) {
    return !text.isBlank() && text.chars().allMatch(letter -> letter >= ' ' && letter <= '~');
  }

  private String decoded(int... ids) {
    return speaker.tokenizer().decode(ids, false);
  }
}
