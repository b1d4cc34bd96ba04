package org.demur.bench;

import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.Dimensions;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;

/// What a computation has to do at least: arithmetic, and bytes that have to be read.
///
/// Counted are matrix products (a multiplication and an addition are two operations), the scores
/// and sums of attention over the keys that a token can see, and the bytes of weights and of the KV
/// cache. Norms, activations and the embedding are left out: they are below a percent.
///
/// @param flops floating-point operations
/// @param bytes bytes of weights and cached keys and values
public record Work(double flops, double bytes) {
  /// Nothing.
  public static final Work NONE = new Work(0, 0);

  private static final double PER_PRODUCT = 2;

  /// Both together.
  public Work plus(Work other) {
    return new Work(flops + other.flops, bytes + other.bytes);
  }

  /// The shortest time in which a machine could do it, in seconds: arithmetic and reading overlap.
  public double leastSeconds(MachinePeaks peaks) {
    return Math.max(flops / peaks.flopsPerSecond(), bytes / peaks.bytesPerSecond());
  }

  /// Whether reading takes longer than arithmetic.
  public boolean boundByMemory(MachinePeaks peaks) {
    return bytes / peaks.bytesPerSecond() > flops / peaks.flopsPerSecond();
  }

  /// A pass over rows from their beginning.
  ///
  /// @param lengths tokens of each row
  /// @param blocks blocks that are run, from the first
  /// @param headTokens tokens whose logits are computed
  public static Work ofPass(
      Architecture architecture, DType type, List<Integer> lengths, int blocks, long headTokens) {
    return of(architecture, type, lengths.stream().map(n -> new Segment(0, n)).toList(), blocks)
        .plus(ofHead(architecture, type, headTokens));
  }

  /// Decoding after a prefill that is part of it.
  ///
  /// @param rows number of rows
  /// @param prompt tokens of each row
  /// @param newTokens tokens that follow; the last one is not run
  public static Work ofDecoding(
      Architecture architecture, DType type, int rows, int prompt, int newTokens) {
    int blocks = architecture.dimensions().nLayers();
    Work all = NONE;
    for (int step = 0; step < newTokens; step++) {
      Segment segment = step == 0 ? new Segment(0, prompt) : new Segment(prompt + step - 1, 1);
      List<Segment> batch = java.util.Collections.nCopies(rows, segment);
      all = all.plus(of(architecture, type, batch, blocks)).plus(ofHead(architecture, type, rows));
    }
    return all;
  }

  /// Tokens of a row that follow others.
  private record Segment(int past, int tokens) {}

  private static Work of(Architecture architecture, DType type, List<Segment> rows, int blocks) {
    long tokens = rows.stream().mapToLong(Segment::tokens).sum();
    Dimensions sizes = architecture.dimensions();
    double flops = 0;
    double bytes = 0;
    for (int layer = 0; layer < blocks; layer++) {
      flops += PER_PRODUCT * usedWeights(architecture, layer, 1) * tokens;
      bytes += type.bytesOf((long) usedWeights(architecture, layer, tokens));
      long keys = 0;
      long cached = 0;
      for (Segment row : rows) {
        keys += keysSeen(row, architecture.layers().get(layer));
        cached += row.past();
      }
      flops += 2 * PER_PRODUCT * sizes.nHeads() * sizes.dHead() * keys;
      bytes += 2.0 * type.activations().bytes() * sizes.nKvHeads() * sizes.dHead() * cached;
    }
    return new Work(flops, bytes);
  }

  private static Work ofHead(Architecture architecture, DType type, long tokens) {
    Dimensions sizes = architecture.dimensions();
    double weights = (double) sizes.vocabularySize() * sizes.dModel();
    return tokens == 0
        ? NONE
        : new Work(PER_PRODUCT * weights * tokens, type.bytesOf((long) weights));
  }

  /// Numbers in the matrices of a block that `tokens` tokens go through: of a mixture the experts
  /// that they can use at most.
  private static double usedWeights(Architecture architecture, int layer, long tokens) {
    double sum = 0;
    String prefix = WeightLayout.block(layer);
    for (Map.Entry<String, List<Long>> weight : WeightLayout.of(architecture).entrySet()) {
      List<Long> shape = weight.getValue();
      if (!weight.getKey().startsWith(prefix) || shape.size() != 2) {
        continue;
      }
      double size = (double) shape.get(0) * shape.get(1);
      boolean expert = weight.getKey().contains(".experts.");
      sum += expert ? size * usedExperts(architecture, tokens) : size;
    }
    return sum;
  }

  private static double usedExperts(Architecture architecture, long tokens) {
    return architecture
        .experts()
        .map(spec -> Math.min(1, (double) tokens * spec.nActive() / spec.nExperts()))
        .orElse(1.0);
  }

  /// Sum over the tokens of the keys that each sees: all up to itself, or those in the window.
  private static long keysSeen(Segment row, LayerSpec layer) {
    long sum = 0;
    for (int token = 0; token < row.tokens(); token++) {
      int all = row.past() + token + 1;
      sum += layer.slidingWindow() == 0 ? all : Math.min(all, layer.slidingWindow());
    }
    return sum;
  }
}
