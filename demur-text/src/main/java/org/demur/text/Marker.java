package org.demur.text;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;

/// A character that marks places in texts on their way through a template.
final class Marker {
  /// A text without its markers.
  ///
  /// @param text the text
  /// @param breaks the places in it where markers were
  record Unmarked(String text, BitSet breaks) {
    /// Whether a marker stood inside the part from `start` to `end`; in a part of one char there is
    /// no inside, so there its end counts.
    boolean isBroken(int start, int end) {
      int first = breaks.nextSetBit(start + 1);
      return first >= 0 && first < Math.max(end, start + 2);
    }
  }

  private static final int FIRST_NONCHARACTER = 0xFDD0;
  private static final int LAST_NONCHARACTER = 0xFDEF;
  private static final int FIRST_PRIVATE = 0xE000;
  private static final int LAST_PRIVATE = 0xF8FF;

  private final String character;
  private final String escaped;

  private Marker(char character) {
    this.character = String.valueOf(character);
    this.escaped = "\\u%04x".formatted((int) character);
  }

  /// A marker that none of the texts contains, not even escaped as in JSON.
  static Marker absentFrom(List<String> texts) {
    return IntStream.concat(
            IntStream.rangeClosed(FIRST_NONCHARACTER, LAST_NONCHARACTER),
            IntStream.rangeClosed(FIRST_PRIVATE, LAST_PRIVATE))
        .mapToObj(c -> new Marker((char) c))
        .filter(marker -> texts.stream().noneMatch(marker::occursIn))
        .findFirst()
        .orElseThrow(
            () ->
                new TextException(
                    ErrorCode.TOKENIZER,
                    "the conversation uses every noncharacter and every private character"));
  }

  /// The marker itself.
  String character() {
    return character;
  }

  /// Takes the markers out of a rendered text, also where a template escaped them.
  Unmarked remove(String marked) {
    StringBuilder text = new StringBuilder(marked.length());
    BitSet breaks = new BitSet();
    int done = 0;
    int at;
    while ((at = next(marked, done)) >= 0) {
      text.append(marked, done, at);
      breaks.set(text.length());
      done = at + (marked.startsWith(character, at) ? character.length() : escaped.length());
    }
    text.append(marked, done, marked.length());
    return new Unmarked(text.toString(), breaks);
  }

  private int next(String text, int from) {
    int plain = text.indexOf(character, from);
    int inJson = text.indexOf(escaped, from);
    return plain < 0 ? inJson : inJson < 0 ? plain : Math.min(plain, inJson);
  }

  private boolean occursIn(String text) {
    return text.contains(character) || text.contains(escaped);
  }
}
