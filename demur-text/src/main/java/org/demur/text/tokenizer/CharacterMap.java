package org.demur.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Checks the character map of a SentencePiece normalizer: a trie over bytes, stored as a double
/// array, whose values are places in a list of replacements.
///
/// The native library follows the trie without looking whether it stays inside, so every place that
/// can be reached is visited here first.
///
/// **Source.** darts-clone, `include/darts.h`: the layout of a unit.
final class CharacterMap {
  private static final int MAX_BASE64_CHARS = 64 << 20;
  private static final int LAST_BYTE = 0xFF;

  private final ByteBuffer units;
  private final int count;
  private final byte[] replacements;
  private final String place;

  private CharacterMap(byte[] map, String place) {
    this.place = place;
    ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
    long size = map.length < 4 ? -1 : Integer.toUnsignedLong(bytes.getInt());
    if (size < 4 || size % 4 != 0 || size > map.length - 4) {
      throw damaged("its trie does not fit into it");
    }
    this.count = (int) size / 4;
    this.units = bytes.slice(4, (int) size).order(ByteOrder.LITTLE_ENDIAN);
    this.replacements = new byte[map.length - 4 - (int) size];
    bytes.get(4 + (int) size, replacements);
  }

  /// Checks a map.
  ///
  /// @param base64 the value of `precompiled_charsmap`
  /// @param place what errors call it
  static void check(@Nullable Object base64, String place) {
    if (!(base64 instanceof String text) || text.length() > MAX_BASE64_CHARS) {
      throw new TokenizerException(
          place + ".precompiled_charsmap must be a string of at most 64 MiB");
    }
    byte[] map;
    try {
      map = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new TokenizerException(place + ".precompiled_charsmap is not base64", e);
    }
    new CharacterMap(map, place).visit();
  }

  private void visit() {
    BitSet seen = new BitSet();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.add(reach(offset(unit(0)), seen));
    while (!open.isEmpty()) {
      int node = open.remove();
      for (int label = 1; label <= LAST_BYTE; label++) {
        int unit = unit(node ^ label);
        if ((unit & (1 << 31 | LAST_BYTE)) != label) {
          continue;
        }
        int next = node ^ label ^ offset(unit);
        if ((unit >>> 8 & 1) == 1) {
          checkReplacement(unit(within(next)) & Integer.MAX_VALUE);
        }
        if (!seen.get(within(next))) {
          open.add(reach(next, seen));
        }
      }
    }
  }

  private int reach(int node, BitSet seen) {
    within(node | LAST_BYTE);
    seen.set(within(node));
    return node;
  }

  private int within(int index) {
    if (index < 0 || index >= count) {
      throw damaged("its trie points outside itself");
    }
    return index;
  }

  private void checkReplacement(int start) {
    if (start > replacements.length
        || (start < replacements.length && (replacements[start] & 0xC0) == 0x80)) {
      throw damaged("its trie points to no replacement");
    }
  }

  private int unit(int index) {
    return units.getInt(4 * index);
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & (1 << 9)) >>> 6);
  }

  private TokenizerException damaged(String how) {
    return new TokenizerException(place + ".precompiled_charsmap is damaged: " + how);
  }
}
