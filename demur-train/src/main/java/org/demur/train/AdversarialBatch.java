package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.TrainingRequest;
import org.demur.model.intervention.Plan;

/// The rows of one pass in groups, each with a loss of its own.
final class AdversarialBatch {
  private final List<TrainingRow> rows = new ArrayList<>();
  private final List<Plan> plans = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();

  /// Adds a group of rows, each with its own edits.
  AdversarialBatch with(List<TrainingRow> group, List<Plan> edits) {
    rows.addAll(group);
    plans.addAll(edits);
    ends.add(rows.size());
    return this;
  }

  /// Adds a group of rows without edits.
  AdversarialBatch with(List<TrainingRow> group) {
    return with(group, group.stream().map(row -> Plan.NONE).toList());
  }

  /// Learnt tokens of all groups.
  int tokens() {
    return rows.stream().mapToInt(TrainingRow::learntTokens).sum();
  }

  /// Rows with edits.
  int edited() {
    return (int) plans.stream().filter(plan -> !plan.interventions().isEmpty()).count();
  }

  /// Runs the rows forward.
  ///
  /// @param pass number of the pass among all passes of the run, for dropout
  LabelPass run(Method.Context context, long pass) {
    TrainingRequest request =
        LabelPass.request(rows)
            .recomputing(context.settings().arithmetic().recompute())
            .droppingFrom(context.streams().seedOf(RandomStreams.Purpose.DROPOUT, pass));
    return new LabelPass(context.model(), rows, edited() == 0 ? request : request.with(plans));
  }

  /// What belongs to a group.
  <T> List<T> of(int group, List<T> all) {
    return all.subList(group == 0 ? 0 : ends.get(group - 1), ends.get(group));
  }
}
