package org.demur.text.tokenizer;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Turns the scores of a SentencePiece BPE vocabulary into ranked merges.
///
/// llama.cpp joins, again and again, the two neighbours whose joined text is the token with the
/// best score, the leftmost of equal ones. A BPE with merges joins the neighbours whose merge has
/// the best rank. What happens inside a stretch of text that becomes one token does not depend on
/// what is around it: so each token needs one merge only, the last one of joining its own text, and
/// the ranks are the order of the scores.
final class SentencePieceMerges {
  /// Bound on the work: the sum of the tokens' squared lengths. Vocabularies of 262,144 tokens stay
  /// below a twentieth of it.
  private static final long MAX_STEPS = 1L << 29;

  /// Tokens that one thread takes at a time.
  private static final int CHUNK = 8192;

  private final Vocabulary vocabulary;
  private final GgufVocabulary file;
  private final Map<String, Integer> phantoms = new HashMap<>();
  private final int[] targets;
  private final int[] cuts;
  private int count;

  SentencePieceMerges(Vocabulary vocabulary, GgufVocabulary file) {
    this.vocabulary = vocabulary;
    this.file = file;
    this.targets = targets();
    this.cuts = new int[targets.length];
    cutAll();
    for (int i = 0; i < targets.length; i++) {
      keepMerge(i);
    }
  }

  /// Finds the last cut of every token; half of the time of loading a vocabulary, so on all cores.
  private void cutAll() {
    int chunks = (targets.length + CHUNK - 1) / CHUNK;
    IntStream.range(0, chunks)
        .parallel()
        .forEach(
            chunk -> {
              SentencePieceJoin join = new SentencePieceJoin(vocabulary, file);
              int end = Math.min(targets.length, (chunk + 1) * CHUNK);
              for (int i = chunk * CHUNK; i < end; i++) {
                cuts[i] = join.lastCut(vocabulary.piece(targets[i]));
              }
            });
  }

  /// The merges, best first.
  List<Merge> merges() {
    return new AbstractList<>() {
      @Override
      public Merge get(int index) {
        String token = vocabulary.piece(targets[index]);
        return new Merge(token.substring(0, cuts[index]), token.substring(cuts[index]));
      }

      @Override
      public int size() {
        return count;
      }
    };
  }

  /// Characters that no token stands for but that tokens are made of, with the ids after the
  /// vocabulary's own that they need.
  Map<String, Integer> phantoms() {
    return phantoms;
  }

  /// The tokens that merges can make, best first; of equal scores the longer first, so that a run
  /// of one character grows from the left.
  private int[] targets() {
    long steps = 0;
    int length = 0;
    long[] keys = new long[vocabulary.size()];
    for (int id = 0; id < vocabulary.size(); id++) {
      String piece = vocabulary.piece(id);
      if (piece.length() > 1 && canBeJoined(id)) {
        keys[length++] = sortKey(file.score(id), id);
        steps += (long) piece.length() * piece.length();
      }
    }
    if (steps > MAX_STEPS) {
      throw new TokenizerException(
          "the vocabulary's tokens are too long for a SentencePiece vocabulary: joining them takes"
              + " %d steps, at most %d are accepted".formatted(steps, MAX_STEPS));
    }
    Arrays.sort(keys, 0, length);
    int[] sorted = new int[length];
    for (int i = 0; i < length; i++) {
      sorted[i] = (int) keys[i];
    }
    longestFirstWhereEqual(sorted);
    return sorted;
  }

  private boolean canBeJoined(int id) {
    TokenKind kind = vocabulary.kind(id);
    // Spaces are escaped before joining, so a token with one is only ever found as a literal.
    return !kind.isControl() && kind != TokenKind.BYTE && vocabulary.piece(id).indexOf(' ') < 0;
  }

  /// Orders by falling score, then by id.
  private static long sortKey(float score, int id) {
    if (Float.isNaN(score)) {
      throw new TokenizerException(
          "the score of token %d (GGUF metadata key tokenizer.ggml.scores) is not a number"
              .formatted(id));
    }
    int bits = Float.floatToIntBits(score == 0 ? 0f : score);
    int rising = bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
    return (((long) ~rising << 32) ^ Long.MIN_VALUE) | id;
  }

  private void longestFirstWhereEqual(int[] sorted) {
    for (int start = 0; start < sorted.length; ) {
      int end = start + 1;
      while (end < sorted.length && file.score(sorted[end]) == file.score(sorted[start])) {
        end++;
      }
      if (end - start > 1) {
        Integer[] equal = Arrays.stream(sorted, start, end).boxed().toArray(Integer[]::new);
        Arrays.sort(
            equal,
            (a, b) -> Integer.compare(vocabulary.piece(b).length(), vocabulary.piece(a).length()));
        for (int i = 0; i < equal.length; i++) {
          sorted[start + i] = equal[i];
        }
      }
      start = end;
    }
  }

  private void keepMerge(int index) {
    int cut = cuts[index];
    if (cut < 0) {
      return;
    }
    String token = vocabulary.piece(targets[index]);
    reserve(token, 0, cut);
    reserve(token, cut, token.length());
    targets[count] = targets[index];
    cuts[count] = cut;
    count++;
  }

  private void reserve(String token, int start, int end) {
    if (end - start <= 2 && token.codePointCount(start, end) == 1) {
      String character = token.substring(start, end);
      if (!vocabulary.has(character)) {
        phantoms.putIfAbsent(character, vocabulary.size() + phantoms.size());
      }
    }
  }
}
