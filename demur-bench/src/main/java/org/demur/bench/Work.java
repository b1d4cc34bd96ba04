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

  /// A pass over rows from their beginning, of which all tokens are read.
  ///
  /// @param lengths tokens of each row
  /// @param blocks blocks that are run, from the first
  /// @param headTokens tokens whose logits are computed
  public static Work ofPass(
      Architecture architecture, DType type, List<Integer> lengths, int blocks, long headTokens) {
    List<Segment> rows = whole(lengths);
    return of(architecture, type, rows, blocks, rows).plus(ofHead(architecture, type, headTokens));
  }

  /// A pass over rows from their beginning, of which only the last token of every row is read: in
  /// the last block the others need keys and values and nothing else.
  ///
  /// @param lengths tokens of each row
  /// @param blocks blocks that are run, from the first
  /// @param headTokens tokens whose logits are computed
  public static Work ofReading(
      Architecture architecture, DType type, List<Integer> lengths, int blocks, long headTokens) {
    List<Segment> rows = whole(lengths);
    return of(architecture, type, rows, blocks, ends(rows))
        .plus(ofHead(architecture, type, headTokens));
  }

  /// A training step of a small adapter: the way back goes through all products once more, for the
  /// gradients of their inputs. The weights have none, and the adapter's own products are left out.
  ///
  /// @param lengths tokens of each row
  /// @param headTokens tokens whose logits are computed
  public static Work ofTraining(
      Architecture architecture, DType type, List<Integer> lengths, long headTokens) {
    int blocks = architecture.dimensions().nLayers();
    Work forward = ofPass(architecture, type, lengths, blocks, headTokens);
    return forward.plus(forward);
  }

  private static List<Segment> whole(List<Integer> lengths) {
    return lengths.stream().map(length -> new Segment(0, length)).toList();
  }

  private static List<Segment> ends(List<Segment> rows) {
    return rows.stream().map(row -> new Segment(row.past() + row.tokens() - 1, 1)).toList();
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
      all =
          all.plus(of(architecture, type, batch, blocks, ends(batch)))
              .plus(ofHead(architecture, type, rows));
    }
    return all;
  }

  /// Tokens of a row that follow others.
  private record Segment(int past, int tokens) {}

  /// @param read what is read of the rows behind the keys and values of the last block
  private static Work of(
      Architecture architecture, DType type, List<Segment> rows, int blocks, List<Segment> read) {
    Work all = NONE;
    for (int layer = 0; layer < blocks; layer++) {
      List<Segment> asking = layer == blocks - 1 ? read : rows;
      all = all.plus(ofBlock(architecture, type, layer, rows, asking));
    }
    return all;
  }

  /// @param asking tokens that need more than keys and values
  private static Work ofBlock(
      Architecture architecture, DType type, int layer, List<Segment> rows, List<Segment> asking) {
    Dimensions sizes = architecture.dimensions();
    double ofKeys = 2.0 * sizes.nKvHeads() * sizes.dHead() * sizes.dModel();
    double ofOthers = usedWeights(architecture, layer, 1) - ofKeys;
    long keys = 0;
    for (Segment row : asking) {
      keys += keysSeen(row, architecture.layers().get(layer));
    }
    long cached = rows.stream().mapToLong(Segment::past).sum();
    double flops =
        PER_PRODUCT * (ofKeys * tokens(rows) + ofOthers * tokens(asking))
            + 2 * PER_PRODUCT * sizes.nHeads() * sizes.dHead() * keys;
    double bytes =
        type.bytesOf((long) usedWeights(architecture, layer, tokens(asking)))
            + 2.0 * type.activations().bytes() * sizes.nKvHeads() * sizes.dHead() * cached;
    return new Work(flops, bytes);
  }

  private static long tokens(List<Segment> rows) {
    return rows.stream().mapToLong(Segment::tokens).sum();
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
