package org.demur.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;

/// Where predictions lie in a batch whose rows are packed by length.
///
/// @param order row of the caller that each packed row is
/// @param tokens packed index of each prediction, rising
/// @param rows row of the caller of each prediction
/// @param positions position in its row of each prediction
record PackedOrder(int[] order, int[] tokens, int[] rows, int[] positions) {
  /// Rows from the shortest to the longest; of equal ones the first comes first.
  static int[] byLength(List<Prompt> prompts) {
    return IntStream.range(0, prompts.size())
        .boxed()
        .sorted(Comparator.comparingInt(row -> prompts.get(row).length()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /// Packs rows of which nothing is predicted.
  static PackedOrder withoutPredictions(List<Prompt> prompts) {
    return new PackedOrder(byLength(prompts), new int[0], new int[0], new int[0]);
  }

  /// Packs rows and finds the tokens at which predictions are made.
  ///
  /// @param predicting positions of every row, rising
  static PackedOrder of(List<Prompt> prompts, List<int[]> predicting) {
    if (predicting.size() != prompts.size()) {
      throw new ModelException(
          ErrorCode.PLAN,
          "predictions of %d rows are wanted, but there are %d rows"
              .formatted(predicting.size(), prompts.size()));
    }
    int[] order = byLength(prompts);
    List<Integer> tokens = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    int first = 0;
    for (int row : order) {
      int before = -1;
      for (int position : predicting.get(row)) {
        if (position <= before || position >= prompts.get(row).length() - 1) {
          throw new ModelException(
              ErrorCode.PLAN,
              "row %d: a prediction at position %d is wanted after one at %d, but positions must rise and be followed by a token (the row has %d)"
                  .formatted(row, position, before, prompts.get(row).length()));
        }
        before = position;
        tokens.add(first + position);
        rows.add(row);
        positions.add(position);
      }
      first += prompts.get(row).length();
    }
    if (tokens.isEmpty()) {
      throw new ModelException(
          ErrorCode.PLAN, "none of " + prompts.size() + " rows has a token that is predicted");
    }
    return new PackedOrder(order, array(tokens), array(rows), array(positions));
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
