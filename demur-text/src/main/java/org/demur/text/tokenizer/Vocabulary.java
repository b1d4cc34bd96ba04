package org.demur.text.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// The strings and kinds of all tokens, by id.
final class Vocabulary {
  private final String[] pieces;
  private final TokenKind[] kinds;
  private final Map<String, Integer> ids;

  /// Wraps arrays of the same length; the caller gives them away.
  Vocabulary(String[] pieces, TokenKind[] kinds) {
    this.pieces = pieces;
    this.kinds = kinds;
    this.ids = HashMap.newHashMap(pieces.length);
    for (int id = 0; id < pieces.length; id++) {
      ids.put(pieces[id], id);
    }
  }

  int size() {
    return pieces.length;
  }

  String piece(int id) {
    return pieces[checked(id)];
  }

  TokenKind kind(int id) {
    return kinds[checked(id)];
  }

  boolean isControl(int id) {
    return kind(id).isControl();
  }

  OptionalInt idOf(String piece) {
    Integer id = ids.get(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  boolean has(String piece) {
    return ids.containsKey(piece);
  }

  int checked(int id) {
    if (id < 0 || id >= pieces.length) {
      throw new TokenizerException(
          "token id %d is outside the vocabulary of %d tokens".formatted(id, pieces.length));
    }
    return id;
  }
}
