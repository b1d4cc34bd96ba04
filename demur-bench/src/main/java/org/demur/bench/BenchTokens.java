package org.demur.bench;

import java.util.List;
import java.util.stream.IntStream;
import org.demur.model.Prompt;

/// Token ids by formula, so that another program can be given the same rows.
public final class BenchTokens {
  /// Length of the longest ragged row.
  public static final int LONGEST_RAGGED = 200;

  private static final int SHORTEST_RAGGED = 8;
  private static final int FIRST = 100;
  private static final long STRIDE = 7919;
  private static final int RANGE = 40_000;
  private static final long RAGGED_STRIDE = 1009;

  /// Tokens after the user's text in a row that stands for a chat.
  private static final int AFTER_TEXT = 5;

  private BenchTokens() {}

  /// The id at a position: `100 + (7919 (row * width + position)) % 40000`, modulo the vocabulary.
  ///
  /// @param width length of the longest row of the batch
  public static int id(int row, int position, int width, int vocabulary) {
    long place = (long) row * width + position;
    return (int) ((FIRST + STRIDE * place % RANGE) % vocabulary);
  }

  /// Rows of equal length.
  public static List<Prompt> rows(int batch, int tokens, int vocabulary) {
    return IntStream.range(0, batch).mapToObj(row -> row(row, tokens, tokens, vocabulary)).toList();
  }

  /// Rows of equal length of which the user's text ends five tokens before the end.
  static List<Prompt> chats(int batch, int tokens, int vocabulary) {
    return rows(batch, tokens, vocabulary).stream()
        .map(row -> Prompt.of(row.ids(), Math.max(0, row.length() - 1 - AFTER_TEXT)))
        .toList();
  }

  /// Rows of lengths 8 to 200, see [#raggedLength].
  public static List<Prompt> ragged(int batch, int vocabulary) {
    return IntStream.range(0, batch)
        .mapToObj(row -> row(row, raggedLength(row), LONGEST_RAGGED, vocabulary))
        .toList();
  }

  /// Length of a ragged row: `8 + (1009 row) % 193`, so that few rows are as mixed as many.
  public static int raggedLength(int row) {
    return (int) (SHORTEST_RAGGED + RAGGED_STRIDE * row % (LONGEST_RAGGED - SHORTEST_RAGGED + 1));
  }

  private static Prompt row(int row, int tokens, int width, int vocabulary) {
    return Prompt.of(
        IntStream.range(0, tokens).map(position -> id(row, position, width, vocabulary)).toArray());
  }
}
