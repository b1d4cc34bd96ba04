package org.demur.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.demur.core.ErrorCode;
import org.demur.model.config.Architecture;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;

/// What a model and a benchmark need, estimated before anything is allocated.
public final class MemoryNeed {
  /// Java's own part and the native libraries.
  private static final long BASE_BYTES = 300L << 20;

  /// Values of the width of the MLP that a pass holds per token, at most.
  private static final int WIDE_VALUES = 6;

  private MemoryNeed() {}

  /// Bytes for the weights in a type.
  public static long ofWeights(Architecture architecture, DType type) {
    long numbers = 0;
    for (Map.Entry<String, List<Long>> weight : WeightLayout.of(architecture).entrySet()) {
      numbers += weight.getValue().stream().reduce(1L, Math::multiplyExact);
    }
    return type.bytesOf(numbers);
  }

  /// Bytes for the weights and what a process needs beside them, before anything is run.
  public static long ofModel(Architecture architecture, DType type) {
    return BASE_BYTES + ofWeights(architecture, type);
  }

  /// Bytes for weights and the largest of the given requests.
  public static long of(Architecture architecture, DType type, List<BenchRequest> requests) {
    long most = 0;
    for (BenchRequest request : requests) {
      most = Math.max(most, ofPass(architecture, request));
    }
    return BASE_BYTES + ofWeights(architecture, type) + most;
  }

  private static long ofPass(Architecture architecture, BenchRequest request) {
    var sizes = architecture.dimensions();
    long tokens = (long) request.batch() * request.tokens();
    long wide = Math.max(sizes.dFeedForward(), sizes.dModel());
    long bytes = tokens * wide * WIDE_VALUES * Float.BYTES;
    long logits = request.kind() == BenchCase.EXTRACT_LOGITS ? tokens : request.batch();
    bytes += 2 * logits * sizes.vocabularySize() * Float.BYTES;
    long kept = (long) request.batch() * (request.tokens() + request.newTokens());
    return bytes + 2 * kept * sizes.nLayers() * sizes.nKvHeads() * sizes.dHead() * Float.BYTES;
  }

  /// Checks an estimate against what the machine has.
  ///
  /// @param what what needs it, for the message
  /// @param advice what to change, for the message
  /// @throws BenchException with [ErrorCode#MEMORY] when it cannot fit
  public static void require(String what, long needed, OptionalLong available, String advice) {
    if (available.isPresent() && needed > available.getAsLong()) {
      throw new BenchException(
          ErrorCode.MEMORY,
          "%s needs about %s of memory, but %s are available; %s"
              .formatted(what, gigabytes(needed), gigabytes(available.getAsLong()), advice));
    }
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
