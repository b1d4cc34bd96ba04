package org.demur.train;

import java.util.List;

/// What the model preferred at the start, without attack: for a request, the mean log-probability
/// per token of its refusal minus that of its opener.
///
/// A pair is run on its own, so that its numbers do not depend on which others come with it.
final class ReferencePreferences implements AutoCloseable {
  private final Method.Context context;
  private final StartingPoint start;

  /// Keeps the model as it is now.
  ReferencePreferences(Method.Context context) {
    this.context = context;
    start = new StartingPoint(context);
  }

  /// The preferences of pairs.
  double[] of(List<TrainingRow> refusals, List<TrainingRow> opened) {
    return start.during(
        () -> {
          double[] found = new double[refusals.size()];
          for (int pair = 0; pair < found.length; pair++) {
            List<TrainingRow> rows = List.of(refusals.get(pair), opened.get(pair));
            try (LabelPass pass = new LabelPass(context.model(), rows, LabelPass.request(rows))) {
              double[] means = PreferenceLoss.means(pass.logProbabilities());
              found[pair] = means[0] - means[1];
            }
          }
          return found;
        });
  }

  @Override
  public void close() {
    start.close();
  }
}
