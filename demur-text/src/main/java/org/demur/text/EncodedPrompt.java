package org.demur.text;

import java.util.List;
import java.util.OptionalInt;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;

/// A prompt as tokens.
public final class EncodedPrompt {
  private final int[] ids;
  private final String text;
  private final PromptPositions positions;
  private final List<String> notes;

  /// Makes a prompt of its parts; the arrays and lists are copied.
  EncodedPrompt(int[] ids, String text, PromptPositions positions, List<String> notes) {
    this.ids = ids.clone();
    this.text = text;
    this.positions = positions;
    this.notes = List.copyOf(notes);
  }

  /// Encodes a prompt that is not a chat: it starts with the begin-of-sequence token iff the
  /// tokenizer says so.
  public static EncodedPrompt plain(Tokenizer tokenizer, String text, ControlTokens mode) {
    int[] ids = tokenizer.encode(text, mode);
    OptionalInt bos = tokenizer.bosId();
    if (tokenizer.addsBos() && bos.isPresent()) {
      int[] longer = new int[ids.length + 1];
      longer[0] = bos.getAsInt();
      System.arraycopy(ids, 0, longer, 1, ids.length);
      ids = longer;
    }
    return new EncodedPrompt(ids, text, PromptPositions.ofPlain(ids.length), List.of());
  }

  /// The token ids, `[position]`; a copy.
  public int[] ids() {
    return ids.clone();
  }

  /// The number of tokens.
  public int length() {
    return ids.length;
  }

  /// The text that was encoded.
  public String text() {
    return text;
  }

  /// Where the user's text ends.
  public PromptPositions positions() {
    return positions;
  }

  /// What the user should know about this encoding, one sentence each; usually empty.
  public List<String> notes() {
    return notes;
  }
}
