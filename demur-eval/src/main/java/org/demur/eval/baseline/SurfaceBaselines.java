package org.demur.eval.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;
import org.demur.eval.linear.LinearModel;
import org.demur.eval.linear.LogisticRegression;
import org.demur.eval.linear.SparseRow;

/// Scores of prompts by what needs no model: their words, their length, how they end.
///
/// A probe or a guard that does not beat these by more than chance has learnt the style of the data
/// and not what the model believes. A bag of words trained on shuffled labels stands beside them as
/// control: its AUROC must be near 0.5.
///
/// Source: Zhao et al. 2025, and replications that found last-token and style leaks.
public final class SurfaceBaselines {
  /// Name of the control among the scores.
  public static final String SHUFFLED = "shuffled-labels";

  private static final double COST = 10;

  private SurfaceBaselines() {}

  /// Trains each baseline on `train` and scores the rows of `test`.
  ///
  /// @param seed shuffles the labels of the control; nothing else is random
  /// @return bag of words, length, last word, and the control, in this order
  /// @throws EvalException when the train rows are of one class or there is no test row
  public static List<SurfaceScores> evaluate(
      List<LabelledText> train, List<LabelledText> test, long seed) {
    if (test.isEmpty()) {
      throw new EvalException(ErrorCode.FILE_FORMAT, "there is no test row for the baselines");
    }
    List<SurfaceScores> scores = new ArrayList<>();
    for (Surface surface : Surface.values()) {
      scores.add(scores(surface, surface.label(), train, test));
    }
    scores.add(scores(Surface.BAG_OF_WORDS, SHUFFLED, shuffled(train, seed), test));
    return List.copyOf(scores);
  }

  private static SurfaceScores scores(
      Surface surface, String name, List<LabelledText> train, List<LabelledText> test) {
    SurfaceVectors vectors = new SurfaceVectors(surface, train);
    List<SparseRow> rows = train.stream().map(row -> vectors.row(row.text())).toList();
    LinearModel model = LogisticRegression.fit(rows, labels(train), vectors.columns(), COST);
    double[] scores =
        test.stream().mapToDouble(row -> model.score(vectors.row(row.text()))).toArray();
    return new SurfaceScores(name, scores, labels(test));
  }

  private static boolean[] labels(List<LabelledText> rows) {
    boolean[] labels = new boolean[rows.size()];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = rows.get(row).positive();
    }
    return labels;
  }

  /// The same texts with the same labels in another order (Fisher and Yates).
  private static List<LabelledText> shuffled(List<LabelledText> rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] labels = labels(rows);
    for (int last = labels.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      boolean kept = labels[last];
      labels[last] = labels[other];
      labels[other] = kept;
    }
    return IntStream.range(0, labels.length)
        .mapToObj(row -> new LabelledText(rows.get(row).text(), labels[row]))
        .toList();
  }
}
