package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Turns the scores of a SentencePiece BPE vocabulary into ranked merges.
///
/// llama.cpp joins, again and again, the two neighbours whose joined text is the token with the
/// best score, the leftmost of equal ones. A BPE with merges joins the neighbours whose merge has
/// the best rank. Both give the same result when every cut of every token into two parts is a
/// merge, ranked by the token's score and, where two cuts of one token can compete for the same
/// text, with the cut first whose match would lie further left.
final class SentencePieceMerges {
  /// Bound on the work of cutting tokens: the sum of their squared lengths. Vocabularies of 262,144
  /// tokens stay below a twentieth of it.
  private static final long MAX_CUTS = 1L << 29;

  /// One merge of two strings.
  record Merge(String left, String right) {}

  private final Vocabulary vocabulary;
  private final GgufVocabulary file;
  private final Map<String, Integer> phantoms = new HashMap<>();
  private final List<Merge> merges = new ArrayList<>();

  SentencePieceMerges(Vocabulary vocabulary, GgufVocabulary file) {
    this.vocabulary = vocabulary;
    this.file = file;
    List<Integer> targets = targets();
    for (int id : targets) {
      addCuts(vocabulary.piece(id));
    }
  }

  /// The merges, best first.
  List<Merge> merges() {
    return merges;
  }

  /// Characters that no token stands for but that tokens are made of, with the ids after the
  /// vocabulary's own that they need.
  Map<String, Integer> phantoms() {
    return phantoms;
  }

  /// The tokens that merges can make, best first; of equal scores the longer first, so that a run
  /// of one character grows from the left.
  private List<Integer> targets() {
    List<Integer> targets = new ArrayList<>();
    long cuts = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      TokenKind kind = vocabulary.kind(id);
      String piece = vocabulary.piece(id);
      // Spaces are escaped before merging, so a token with one is only ever found as a literal.
      if (kind.isControl() || kind == TokenKind.BYTE || piece.indexOf(' ') >= 0) {
        continue;
      }
      if (piece.length() > 1) {
        targets.add(id);
        cuts += (long) piece.length() * piece.length();
      }
    }
    if (cuts > MAX_CUTS) {
      throw new TokenizerException(
          "the vocabulary's tokens are too long for a SentencePiece vocabulary: cutting them takes"
              + " %,d steps, at most %,d are accepted".formatted(cuts, MAX_CUTS));
    }
    targets.sort(
        Comparator.comparingDouble((Integer id) -> -file.score(id))
            .thenComparingInt(id -> -vocabulary.piece(id).length())
            .thenComparingInt(id -> id));
    return targets;
  }

  private void addCuts(String token) {
    int length = token.length();
    for (int shorter = 1; 2 * shorter <= length; shorter++) {
      int longer = length - shorter;
      if (shortLeftFirst(token, shorter)) {
        addCut(token, shorter);
        addCut(token, longer);
      } else {
        addCut(token, longer);
        if (longer != shorter) {
          addCut(token, shorter);
        }
      }
    }
  }

  /// Cuts at `n` and at `length - n` compete only where the token repeats itself with one of them
  /// as period; the one that is the period has its match further left.
  private static boolean shortLeftFirst(String token, int shorter) {
    int longer = token.length() - shorter;
    return longer != shorter
        && token.regionMatches(shorter, token, 0, longer)
        && !token.regionMatches(longer, token, 0, shorter);
  }

  private void addCut(String token, int at) {
    if (Character.isLowSurrogate(token.charAt(at))) {
      return;
    }
    String left = token.substring(0, at);
    if (!isPart(left)) {
      return;
    }
    String right = token.substring(at);
    if (isPart(right)) {
      merges.add(new Merge(reserve(left), reserve(right)));
    }
  }

  private boolean isPart(String part) {
    OptionalInt id = vocabulary.idOf(part);
    if (id.isEmpty()) {
      return isOneCharacter(part);
    }
    TokenKind kind = vocabulary.kind(id.getAsInt());
    return !kind.isControl() && kind != TokenKind.BYTE;
  }

  private String reserve(String part) {
    if (!vocabulary.has(part)) {
      phantoms.putIfAbsent(part, vocabulary.size() + phantoms.size());
    }
    return part;
  }

  private static boolean isOneCharacter(String part) {
    return part.length() == 1
        ? !Character.isSurrogate(part.charAt(0))
        : part.length() == 2 && part.codePointCount(0, 2) == 1;
  }
}
