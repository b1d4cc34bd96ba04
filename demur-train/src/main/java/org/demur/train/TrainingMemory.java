package org.demur.train;

import org.demur.model.config.Architecture;
import org.demur.model.config.Dimensions;

/// What a training takes beside the model, estimated before anything is allocated.
public final class TrainingMemory {
  /// Blocks whose scratch values lie in memory beside what is kept.
  private static final int SCRATCH_BLOCKS = 2;

  /// Copies of the logits in memory: scores, their logarithms, two gradients.
  private static final int LOGIT_COPIES = 4;

  private TrainingMemory() {}

  /// Bytes for the activations of one pass, and for the logits that are in memory at a time.
  ///
  /// A block keeps the residual stream at five hook points, queries, keys, values and weighted
  /// values, gate and up projection, in single precision. Adapter, gradients and moments are small
  /// beside them.
  ///
  /// @param tokens of the pass
  /// @param recompute whether only what enters each block is kept
  public static long bytes(Architecture architecture, long tokens, boolean recompute) {
    Dimensions sizes = architecture.dimensions();
    long heads = 2L * (sizes.nHeads() + sizes.nKvHeads()) * sizes.dHead();
    long block = 5L * sizes.dModel() + heads + 2L * sizes.dFeedForward();
    long kept =
        recompute
            ? (long) sizes.nLayers() * sizes.dModel() + (1 + SCRATCH_BLOCKS) * block
            : (sizes.nLayers() + SCRATCH_BLOCKS) * block;
    long logits = Math.min(ReplyLoss.MOST_LOGITS, tokens * sizes.vocabularySize());
    return Float.BYTES * (tokens * kept + LOGIT_COPIES * logits);
  }
}
