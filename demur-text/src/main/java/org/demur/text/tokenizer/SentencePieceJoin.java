package org.demur.text.tokenizer;

/// Joins the characters of one token as llama.cpp joins a text, to find out how the token is made.
///
/// Not for use by several threads at once.
final class SentencePieceJoin {
  private static final int NONE = Vocabulary.NONE;

  private final Vocabulary vocabulary;
  private final GgufVocabulary file;
  private final PieceHash hash = new PieceHash();
  private int[] starts = new int[64];
  private int[] joined = new int[64];

  SentencePieceJoin(Vocabulary vocabulary, GgufVocabulary file) {
    this.vocabulary = vocabulary;
    this.file = file;
  }

  /// Where the last two parts meet when a token's characters are joined, or -1 when they never
  /// become the token.
  int lastCut(String token) {
    hash.prepare(token);
    if (starts.length <= token.length() + 1) {
      starts = new int[2 * token.length() + 2];
      joined = new int[2 * token.length() + 2];
    }
    int only = NONE;
    for (int cut = 1; cut < token.length(); cut++) {
      if (isPart(token, 0, cut) && isPart(token, cut, token.length())) {
        if (only != NONE) {
          return checked(token, joinAll(token));
        }
        only = cut;
      }
    }
    return checked(token, only);
  }

  private int joinAll(String token) {
    int parts = characters(token);
    for (int i = 0; i + 1 < parts; i++) {
      joined[i] = find(starts[i], starts[i + 2]);
    }
    int cut = NONE;
    while (parts > 1) {
      int best = best(parts);
      if (best == NONE) {
        return NONE;
      }
      cut = starts[best + 1];
      remove(best, parts);
      parts--;
      if (best > 0) {
        joined[best - 1] = find(starts[best - 1], starts[best + 1]);
      }
      if (best + 1 < parts) {
        joined[best] = find(starts[best], starts[best + 2]);
      }
    }
    return cut;
  }

  private int best(int parts) {
    int best = NONE;
    float score = 0;
    for (int i = 0; i + 1 < parts; i++) {
      if (joined[i] != NONE && (best == NONE || file.score(joined[i]) > score)) {
        best = i;
        score = file.score(joined[i]);
      }
    }
    return best;
  }

  /// Makes parts `index` and `index + 1` one.
  private void remove(int index, int parts) {
    System.arraycopy(starts, index + 2, starts, index + 1, parts - index - 1);
    System.arraycopy(joined, index + 1, joined, index, Math.max(0, parts - index - 2));
  }

  private int characters(String token) {
    int parts = 0;
    for (int i = 0; i < token.length(); i++) {
      if (!splitsCharacter(token, i)) {
        starts[parts++] = i;
      }
    }
    starts[parts] = token.length();
    return parts;
  }

  /// Whether a part of a token can stand before it: as a character or as a token.
  private boolean isPart(String token, int start, int end) {
    if (splitsCharacter(token, start) || splitsCharacter(token, end)) {
      return false;
    }
    int length = end - start;
    return length == 1
        || (length == 2 && Character.isHighSurrogate(token.charAt(start)))
        || find(start, end) != NONE;
  }

  private static boolean splitsCharacter(String token, int at) {
    return at > 0 && at < token.length() && Character.isLowSurrogate(token.charAt(at));
  }

  private int find(int start, int end) {
    int id = vocabulary.find(hash.ofPart(start, end));
    if (id == NONE) {
      return NONE;
    }
    TokenKind kind = vocabulary.kind(id);
    return kind.isControl() || kind == TokenKind.BYTE ? NONE : id;
  }

  /// The cut, if both parts are what their hashes said.
  private int checked(String token, int cut) {
    return cut != NONE && exists(token.substring(0, cut)) && exists(token.substring(cut))
        ? cut
        : NONE;
  }

  private boolean exists(String part) {
    return part.length() == 1 || part.codePointCount(0, part.length()) == 1 || vocabulary.has(part);
  }
}
