package org.demur.text.tokenizer;

import java.util.OptionalInt;

/// The strings and kinds of all tokens, by id, and the ids by string.
///
/// The index is an open hash table with 64-bit hashes, so that parts of strings can be looked up
/// without copying them and without touching the strings in memory: loading a SentencePiece
/// vocabulary looks up millions of parts.
final class Vocabulary {
  /// What [#find] gives when there is no such token.
  static final int NONE = -1;

  private final String[] pieces;
  private final TokenKind[] kinds;
  private final long[] hashes;
  private final int[] ids;

  /// Wraps arrays of the same length; the caller gives them away.
  ///
  /// @throws TokenizerException when two ids have the same string
  Vocabulary(String[] pieces, TokenKind[] kinds) {
    this.pieces = pieces;
    this.kinds = kinds;
    int slots = Integer.highestOneBit(Math.max(pieces.length, 1)) * 4;
    this.hashes = new long[slots];
    this.ids = new int[slots];
    for (int id = 0; id < pieces.length; id++) {
      insert(id);
    }
  }

  private void insert(int id) {
    long hash = PieceHash.of(pieces[id]);
    int slot = slot(hash);
    while (hashes[slot] != 0) {
      if (hashes[slot] == hash && pieces[ids[slot]].equals(pieces[id])) {
        throw new TokenizerException(
            "the vocabulary has the same token at ids %d and %d".formatted(ids[slot], id));
      }
      slot = (slot + 1) & (hashes.length - 1);
    }
    hashes[slot] = hash;
    ids[slot] = id;
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
    long hash = PieceHash.of(piece);
    for (int slot = slot(hash); hashes[slot] != 0; slot = (slot + 1) & (hashes.length - 1)) {
      if (hashes[slot] == hash && pieces[ids[slot]].equals(piece)) {
        return OptionalInt.of(ids[slot]);
      }
    }
    return OptionalInt.empty();
  }

  boolean has(String piece) {
    return idOf(piece).isPresent();
  }

  /// The id of a token with this [hash][PieceHash], or [#NONE]. Whether its string is the right one
  /// is for the caller to check, once it matters.
  int find(long hash) {
    for (int slot = slot(hash); hashes[slot] != 0; slot = (slot + 1) & (hashes.length - 1)) {
      if (hashes[slot] == hash) {
        return ids[slot];
      }
    }
    return NONE;
  }

  int checked(int id) {
    if (id < 0 || id >= pieces.length) {
      throw new TokenizerException(
          "token id %d is outside the vocabulary of %d tokens".formatted(id, pieces.length));
    }
    return id;
  }

  private int slot(long hash) {
    return (int) (hash >>> 32) & (hashes.length - 1);
  }
}
