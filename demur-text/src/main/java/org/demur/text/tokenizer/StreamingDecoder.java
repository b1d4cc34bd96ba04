package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.List;

/// Turns tokens into text one by one, as a model generates them.
///
/// A token gives text only when it completes characters: bytes of a character that is not complete
/// yet are held back. The concatenation of everything returned, with [#finish()], is the decoding
/// of all tokens, unless a run of byte tokens turns out to be no UTF-8 after a part of it was
/// returned. Not for use by several threads.
public final class StreamingDecoder {
  private static final char INCOMPLETE = '\uFFFD';

  /// No character has more bytes; what is still incomplete after them never will be.
  private static final int MAX_HELD = 8;

  /// Bounds the work on endless runs of bytes that are no characters.
  private static final int MAX_WINDOW = 64;

  private final Tokenizer tokenizer;
  private final List<Integer> window = new ArrayList<>();
  private String shown = "";
  private int held;

  StreamingDecoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// Takes the next token and returns the text that it completes, which may be empty. Control
  /// tokens give no text.
  public String append(int id) {
    if (tokenizer.isControl(id)) {
      return "";
    }
    window.add(id);
    String text = decode();
    // Some vocabularies spoil a whole run of bytes as long as its end is incomplete.
    boolean incomplete =
        !text.startsWith(shown)
            || (!text.isEmpty() && text.charAt(text.length() - 1) == INCOMPLETE);
    if (incomplete && held < MAX_HELD) {
      held++;
      return "";
    }
    return release(text);
  }

  /// Returns what was held back, with U+FFFD for bytes that are no character.
  public String finish() {
    return window.isEmpty() ? "" : release(decode());
  }

  /// The next token is decoded together with the last one, because its text can depend on it: the
  /// first token of a text loses its leading space in some vocabularies. A last token that is only
  /// part of a character keeps those before it.
  private String release(String text) {
    String fresh = text.substring(Math.min(shown.length(), text.length()));
    if (!fresh.isEmpty()) {
      int last = window.getLast();
      String alone = tokenizer.decode(new int[] {last}, false);
      if (alone.indexOf(INCOMPLETE) < 0 || window.size() >= MAX_WINDOW) {
        window.clear();
        window.add(last);
        shown = alone;
      } else {
        shown = text;
      }
    }
    held = 0;
    return fresh;
  }

  private String decode() {
    return tokenizer.decode(window.stream().mapToInt(Integer::intValue).toArray(), false);
  }
}
