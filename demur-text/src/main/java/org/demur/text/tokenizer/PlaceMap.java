package org.demur.text.tokenizer;

import java.util.Arrays;
import java.util.List;

/// From places in the text that the native library saw, in Unicode characters, to places in the
/// text that it was made of, in chars.
final class PlaceMap {
  private final int[] originals;

  /// Makes a map.
  ///
  /// @param prepared the text with markers
  /// @param markup what each marker stands for
  /// @param markerChars length of a marker
  PlaceMap(String prepared, List<Markup> markup, int markerChars) {
    int[] places = new int[prepared.length() + 1];
    int characters = 0;
    int done = 0;
    int original = 0;
    for (Markup found : markup) {
      int plain = found.start() - original;
      characters = fill(places, characters, prepared, done, done + plain, original);
      // Inside a marker only its two ends are ever asked for.
      Arrays.fill(places, characters, characters + markerChars, found.start());
      characters += markerChars;
      done += plain + markerChars;
      original = found.end();
    }
    characters = fill(places, characters, prepared, done, prepared.length(), original);
    places[characters] = original + prepared.length() - done;
    this.originals = Arrays.copyOf(places, characters + 1);
  }

  private static int fill(
      int[] places, int from, String prepared, int start, int end, int original) {
    int characters = from;
    for (int i = start; i < end; i += Character.charCount(prepared.codePointAt(i))) {
      places[characters++] = original + i - start;
    }
    return characters;
  }

  /// The char of the original text for a character of the prepared one.
  int original(int character) {
    return originals[Math.clamp(character, 0, originals.length - 1)];
  }
}
