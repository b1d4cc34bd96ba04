package org.demur.text.tokenizer;

import java.util.Arrays;

/// A 64-bit hash of strings that is known for all parts of a string once it is known for its
/// beginnings. Never 0.
final class PieceHash {
  /// Any odd number with bits spread over the word.
  private static final long BASE = 0x9E3779B97F4A7C15L;

  private long[] starts = new long[64];
  private long[] powers = new long[64];
  private int known;

  PieceHash() {
    powers[0] = 1;
  }

  /// The hash of a string.
  static long of(String text) {
    long sum = 0;
    for (int i = 0; i < text.length(); i++) {
      sum = sum * BASE + text.charAt(i) + 1;
    }
    return finish(sum);
  }

  /// Makes ready for [#ofPart] of a text.
  void prepare(String text) {
    int length = text.length();
    if (starts.length <= length) {
      starts = new long[2 * length];
      powers = Arrays.copyOf(powers, 2 * length);
    }
    for (; known < length; known++) {
      powers[known + 1] = powers[known] * BASE;
    }
    for (int i = 0; i < length; i++) {
      starts[i + 1] = starts[i] * BASE + text.charAt(i) + 1;
    }
  }

  /// The hash of a part of the text that was prepared.
  long ofPart(int start, int end) {
    return finish(starts[end] - starts[start] * powers[end - start]);
  }

  private static long finish(long sum) {
    long mixed = (sum ^ (sum >>> 29)) * 0xBF58476D1CE4E5B9L;
    return mixed == 0 ? 1 : mixed;
  }
}
