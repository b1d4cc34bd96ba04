package org.demur.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.demur.model.intervention.Plan;

/// What a pass with gradients is to compute.
///
/// @param predicting for every row, the positions whose prediction of the next token counts, rising
/// @param plans edits: none, one for all rows, or one per row
/// @param recompute whether blocks are run a second time for their gradients, which takes the
///   memory of one block instead of all
/// @param dropoutSeed where the dropout of adapters starts; empty for none
/// @param traced blocks whose input's gradient is kept, see [TrainingPass#residPreGradient]
public record TrainingRequest(
    List<int[]> predicting,
    List<Plan> plans,
    boolean recompute,
    OptionalLong dropoutSeed,
    SortedSet<Integer> traced) {
  /// Copies the collections.
  public TrainingRequest {
    predicting = predicting.stream().map(int[]::clone).toList();
    plans = List.copyOf(plans);
    traced = Collections.unmodifiableSortedSet(new TreeSet<>(traced));
  }

  /// A pass without edits, recomputation and dropout.
  public static TrainingRequest predicting(List<int[]> positions) {
    return new TrainingRequest(positions, List.of(), false, OptionalLong.empty(), new TreeSet<>());
  }

  /// The same request with edits: one plan for all rows, or one per row.
  public TrainingRequest with(List<Plan> edits) {
    return new TrainingRequest(predicting, edits, recompute, dropoutSeed, traced);
  }

  /// The same request with or without recomputation.
  public TrainingRequest recomputing(boolean wanted) {
    return new TrainingRequest(predicting, plans, wanted, dropoutSeed, traced);
  }

  /// The same request with the dropout of adapters, from a seed.
  public TrainingRequest droppingFrom(long seed) {
    return new TrainingRequest(predicting, plans, recompute, OptionalLong.of(seed), traced);
  }

  /// The same request that keeps the gradient of what enters the given blocks.
  public TrainingRequest tracing(Collection<Integer> blocks) {
    return new TrainingRequest(predicting, plans, recompute, dropoutSeed, new TreeSet<>(blocks));
  }
}
