package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Tokens of several rows that go through the decoder together, one row after the other.
///
/// The packed index of a token is its place in [#ids()]. Rows of different lengths cost no padding.
///
/// @param ids token ids, `[token]`
/// @param lengths new tokens of each row, `[row]`
/// @param past tokens of each row that are in the KV cache already, `[row]`
public record TokenBatch(int[] ids, int[] lengths, int[] past) {

  /// Rows next to each other that attention treats as one block.
  ///
  /// @param firstRow index of the first row
  /// @param rows number of rows
  /// @param firstToken packed index of their first token
  /// @param length new tokens of each row
  /// @param past cached tokens of each row
  record Group(int firstRow, int rows, int firstToken, int length, int[] past) {
    boolean samePast() {
      return Arrays.stream(past).allMatch(each -> each == past[0]);
    }

    /// Keys that the longest row has, cached and new.
    int keys() {
      return Arrays.stream(past).max().orElse(0) + length;
    }

    int[] tokens() {
      return IntStream.range(firstToken, firstToken + rows * length).toArray();
    }
  }

  /// Rows without a cache.
  public static TokenBatch of(List<int[]> rows) {
    return of(rows, new int[rows.size()]);
  }

  /// Rows that go on after `past` cached tokens each.
  public static TokenBatch of(List<int[]> rows, int[] past) {
    int[] lengths = rows.stream().mapToInt(row -> row.length).toArray();
    int[] ids = rows.stream().flatMapToInt(Arrays::stream).toArray();
    return new TokenBatch(ids, lengths, past.clone());
  }

  /// Number of tokens.
  public int tokenCount() {
    return ids.length;
  }

  /// Number of rows.
  public int rowCount() {
    return lengths.length;
  }

  /// Whether every row has a single new token: a step of decoding.
  public boolean oneTokenPerRow() {
    return tokenCount() == rowCount();
  }

  /// Packed index of the first token of each row.
  public int[] firstTokens() {
    int[] first = new int[lengths.length];
    for (int row = 1; row < first.length; row++) {
      first[row] = first[row - 1] + lengths[row - 1];
    }
    return first;
  }

  /// Row of each token.
  public int[] rowOfToken() {
    int[] rows = new int[ids.length];
    int token = 0;
    for (int row = 0; row < lengths.length; row++) {
      Arrays.fill(rows, token, token + lengths[row], row);
      token += lengths[row];
    }
    return rows;
  }

  /// Position of each token in its row, cached tokens counted.
  public int[] positions() {
    int[] positions = new int[ids.length];
    int token = 0;
    for (int row = 0; row < lengths.length; row++) {
      for (int i = 0; i < lengths[row]; i++) {
        positions[token++] = past[row] + i;
      }
    }
    return positions;
  }

  /// Neighbouring rows of equal length, and in a decoding step rows of any past.
  List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    int[] first = firstTokens();
    int start = 0;
    while (start < lengths.length) {
      int end = start + 1;
      while (end < lengths.length
          && lengths[end] == lengths[start]
          && (lengths[start] == 1 || past[end] == past[start])) {
        end++;
      }
      groups.add(
          new Group(
              start,
              end - start,
              first[start],
              lengths[start],
              Arrays.copyOfRange(past, start, end)));
      start = end;
    }
    return groups;
  }
}
