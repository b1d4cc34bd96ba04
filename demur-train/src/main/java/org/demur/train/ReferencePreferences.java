package org.demur.train;

import java.util.ArrayList;
import java.util.List;

/// What the model preferred at the start, without attack: for a request, the mean log-probability
/// per token of its refusal minus that of its opener.
///
/// The model at the start is the model with the trained adapter off. A pair is run on its own, so
/// that its numbers do not depend on which others come with it.
final class ReferencePreferences {
  private final Method.Context context;

  ReferencePreferences(Method.Context context) {
    this.context = context;
  }

  /// The preferences of pairs.
  double[] of(List<TrainingRow> refusals, List<TrainingRow> opened) {
    List<String> active = context.model().adapters().active();
    List<String> others = new ArrayList<>(active);
    others.remove(context.adapter());
    context.model().adapters().activate(others);
    try {
      double[] found = new double[refusals.size()];
      for (int pair = 0; pair < found.length; pair++) {
        List<TrainingRow> rows = List.of(refusals.get(pair), opened.get(pair));
        try (LabelPass pass = new LabelPass(context.model(), rows, LabelPass.request(rows))) {
          double[] means = PreferenceLoss.means(pass.logProbabilities());
          found[pair] = means[0] - means[1];
        }
      }
      return found;
    } finally {
      context.model().adapters().activate(active);
    }
  }
}
