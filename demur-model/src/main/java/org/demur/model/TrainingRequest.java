package org.demur.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.intervention.Plan;

/// What a pass with gradients is to compute.
///
/// @param predicting for every row, the positions whose prediction of the next token counts, rising
/// @param plans edits: none, one for all rows, or one per row
/// @param recompute whether blocks are run a second time for their gradients, which takes the
///   memory of one block instead of all
/// @param dropoutSeed where the dropout of adapters starts; empty for none
/// @param traced blocks whose input's gradient is kept, see [TrainingPass#residPreGradient]
/// @param read blocks before which the residual stream is kept, see [TrainingPass#resid]; the
///   number of blocks stands for what leaves the last one
public record TrainingRequest(
    List<int[]> predicting,
    List<Plan> plans,
    boolean recompute,
    OptionalLong dropoutSeed,
    SortedSet<Integer> traced,
    SortedSet<Integer> read) {
  /// Copies the collections.
  public TrainingRequest {
    predicting = predicting.stream().map(int[]::clone).toList();
    plans = List.copyOf(plans);
    traced = Collections.unmodifiableSortedSet(new TreeSet<>(traced));
    read = Collections.unmodifiableSortedSet(new TreeSet<>(read));
  }

  /// A pass without edits, recomputation and dropout.
  public static TrainingRequest predicting(List<int[]> positions) {
    return new TrainingRequest(
        positions, List.of(), false, OptionalLong.empty(), new TreeSet<>(), new TreeSet<>());
  }

  /// A pass that predicts nothing and ends where the residual stream is read last; its gradients
  /// come from there.
  ///
  /// @param rows rows of the batch
  /// @param blocks before which it is read; not empty
  public static TrainingRequest readingOnly(int rows, Collection<Integer> blocks) {
    return predicting(Collections.nCopies(rows, new int[0])).reading(blocks);
  }

  /// The same request with edits: one plan for all rows, or one per row.
  public TrainingRequest with(List<Plan> edits) {
    return new TrainingRequest(predicting, edits, recompute, dropoutSeed, traced, read);
  }

  /// The same request with or without recomputation.
  public TrainingRequest recomputing(boolean wanted) {
    return new TrainingRequest(predicting, plans, wanted, dropoutSeed, traced, read);
  }

  /// The same request with the dropout of adapters, from a seed.
  public TrainingRequest droppingFrom(long seed) {
    return new TrainingRequest(predicting, plans, recompute, OptionalLong.of(seed), traced, read);
  }

  /// The same request that keeps the gradient of what enters the given blocks.
  public TrainingRequest tracing(Collection<Integer> blocks) {
    return new TrainingRequest(
        predicting, plans, recompute, dropoutSeed, new TreeSet<>(blocks), read);
  }

  /// The same request that keeps the residual stream before the given blocks.
  public TrainingRequest reading(Collection<Integer> blocks) {
    return new TrainingRequest(
        predicting, plans, recompute, dropoutSeed, traced, new TreeSet<>(blocks));
  }

  /// Whether nothing is predicted and the pass ends where the residual stream is read last.
  boolean headless() {
    return !read.isEmpty() && predicting.stream().allMatch(positions -> positions.length == 0);
  }

  /// Checks that the model has the blocks that are asked for.
  void requireBlocks(int nLayers) {
    for (int layer : traced) {
      if (layer < 0 || layer >= nLayers) {
        throw new ModelException(
            ErrorCode.PLAN,
            "the gradient of what enters block %d is asked for, but the model has blocks 0 to %d"
                .formatted(layer, nLayers - 1));
      }
    }
    for (int block : read) {
      if (block < 0 || block > nLayers) {
        throw new ModelException(
            ErrorCode.PLAN,
            "the residual stream before block %d is asked for, but the model has blocks 0 to %d"
                .formatted(block, nLayers - 1));
      }
    }
  }
}
