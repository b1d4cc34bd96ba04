package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.AttentionSpec;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.Architecture.Norms;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.Dimensions;
import org.demur.model.hook.HookSite;
import org.demur.model.weights.ModelWeights;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.CausalAttention;
import org.demur.tensor.kernel.Panel;

/// Causal self-attention with grouped key heads.
///
/// Between the projections everything is in single precision; only the KV cache holds keys and
/// values in the model's type.
///
/// Scores are computed for blocks of queries and only over the keys that the block can see, so that
/// memory grows with the length of a row and not with its square; a run that reads or edits scores
/// or pattern computes them whole.
///
/// **Shapes**: `[token, dModel]` to `[token, dModel]`.
final class Attention {
  private static final int QUERY_BLOCK = 256;

  private final int layer;
  private final Dimensions sizes;
  private final AttentionSpec spec;
  private final LayerSpec layerSpec;
  private final List<Projection> inputs = new ArrayList<>();
  private final Projection output;
  private final Optional<RmsNorm> queryNorm;
  private final Optional<RmsNorm> keyNorm;

  Attention(Architecture architecture, ModelWeights weights, int layer) {
    this.layer = layer;
    this.sizes = architecture.dimensions();
    this.spec = architecture.attention();
    this.layerSpec = architecture.layers().get(layer);
    String prefix = WeightLayout.block(layer) + "self_attn.";
    List<String> names =
        spec.fusedQkv() ? List.of("qkv_proj") : List.of("q_proj", "k_proj", "v_proj");
    names.forEach(name -> inputs.add(new Projection(weights, prefix + name)));
    output = new Projection(weights, prefix + "o_proj");
    Norms norms = architecture.norms();
    queryNorm = weights.find(prefix + "q_norm.weight").map(weight -> new RmsNorm(weight, norms));
    keyNorm = weights.find(prefix + "k_norm.weight").map(weight -> new RmsNorm(weight, norms));
  }

  List<Projection> projections() {
    List<Projection> all = new ArrayList<>(inputs);
    all.add(output);
    return all;
  }

  Optional<RmsNorm> queryNorm() {
    return queryNorm;
  }

  Optional<RmsNorm> keyNorm() {
    return keyNorm;
  }

  Tensor forward(Tensor x, Step step) {
    List<Tensor> projected = project(x);
    Tensor q = step.hook(HookSite.Q, layer, heads(projected.get(0), sizes.nHeads(), queryNorm));
    Tensor k = step.hook(HookSite.K, layer, heads(projected.get(1), sizes.nKvHeads(), keyNorm));
    Tensor v =
        step.hook(HookSite.V, layer, heads(projected.get(2), sizes.nKvHeads(), Optional.empty()));
    if (layerSpec.rope() >= 0) {
      Rotary rotary = step.rotary(layerSpec.rope());
      q = rotary.rotate(q);
      k = rotary.rotate(k);
    }
    if (step.cache().isPresent()) {
      step.cache().get().store(layer, k, v, step.slots());
    }
    Tensor z = step.hook(HookSite.Z, layer, mixed(q, k, v, step));
    return output.forward(z.reshape(-1, (long) sizes.nHeads() * sizes.dHead()));
  }

  /// Weighted values `[token, nHeads, dHead]` of rotated queries and keys.
  private Tensor mixed(Tensor q, Tensor k, Tensor v, Step step) {
    List<Tensor> parts = new ArrayList<>();
    for (TokenBatch.Group group : step.groups()) {
      parts.add(
          step.training() && plainlyCausal(group, step)
              ? causal(q, k, v, group)
              : attend(q, k, v, group, step));
    }
    return parts.size() == 1 ? parts.getFirst() : Tensors.concatenate(parts, 0);
  }

  /// Whether every query of a group sees all keys up to its own, and nobody looks at the scores.
  private boolean plainlyCausal(TokenBatch.Group group, Step step) {
    int window = layerSpec.slidingWindow();
    return step.cache().isEmpty()
        && spec.softCap() == 0
        && (window == 0 || window >= group.length())
        && !step.wants(HookSite.ATTN_SCORES, layer)
        && !step.wants(HookSite.PATTERN, layer);
  }

  private Tensor causal(Tensor q, Tensor k, Tensor v, TokenBatch.Group group) {
    return Tensors.causalAttention(
            rows(q, group, sizes.nHeads()),
            rows(k, group, sizes.nKvHeads()),
            rows(v, group, sizes.nKvHeads()),
            spec.scale())
        .transpose(1, 2)
        .reshape((long) group.rows() * group.length(), sizes.nHeads(), sizes.dHead());
  }

  /// Whether our own kernels know the gradients of this attention: not behind norms of queries and
  /// keys, and not of capped scores.
  boolean kernelHasGradients() {
    return queryNorm.isEmpty() && keyNorm.isEmpty() && spec.softCap() == 0;
  }

  /// What computes weighted values in one pass over memory.
  CausalAttention kernel() {
    return new CausalAttention(
        sizes.nHeads(),
        sizes.nKvHeads(),
        sizes.dHead(),
        (float) spec.scale(),
        (float) spec.softCap(),
        layerSpec.slidingWindow());
  }

  /// Keys and values of the rows of a pass without a cache, beside their queries.
  CausalAttention.Source source(Panel qkv, Step step) {
    return source(qkv, sizes.nHeads() * sizes.dHead(), step);
  }

  /// Keys and values of the rows of a pass without a cache.
  ///
  /// @param panel holds the keys from `keyColumn` and the values right behind them
  CausalAttention.Source source(Panel panel, int keyColumn, Step step) {
    int[] first = step.batch().firstTokens();
    int valueColumn = keyColumn + sizes.nKvHeads() * sizes.dHead();
    return new CausalAttention.Source() {
      @Override
      public CausalAttention.Keys keys(int row, int kvHead) {
        return new CausalAttention.Keys(panel, first[row], keyColumn + kvHead * sizes.dHead());
      }

      @Override
      public CausalAttention.Keys values(int row, int kvHead) {
        return new CausalAttention.Keys(panel, first[row], valueColumn + kvHead * sizes.dHead());
      }
    };
  }

  /// Width of the weighted values of all heads.
  int valueWidth() {
    return sizes.nHeads() * sizes.dHead();
  }

  /// Heads of queries and keys together.
  int rotatedHeads() {
    return sizes.nHeads() + sizes.nKvHeads();
  }

  int dHead() {
    return sizes.dHead();
  }

  /// Which rotary embedding is used; negative for none.
  int rope() {
    return layerSpec.rope();
  }

  /// Weighted values `[token, nHeads * dHead]` of what the projections gave, without hooks.
  ///
  /// @param projected queries, keys and values, each `[token, heads * dHead]`
  Tensor core(List<Tensor> projected, Step step) {
    Tensor q = heads(projected.get(0), sizes.nHeads(), queryNorm);
    Tensor k = heads(projected.get(1), sizes.nKvHeads(), keyNorm);
    Tensor v = heads(projected.get(2), sizes.nKvHeads(), Optional.empty());
    if (layerSpec.rope() >= 0) {
      Rotary rotary = step.rotary(layerSpec.rope());
      q = rotary.rotate(q);
      k = rotary.rotate(k);
    }
    return mixed(q, k, v, step).reshape(-1, (long) sizes.nHeads() * sizes.dHead());
  }

  /// Columns of queries, keys and values where they lie next to each other.
  List<Tensor> split(Tensor all) {
    long queries = (long) sizes.nHeads() * sizes.dHead();
    long keys = (long) sizes.nKvHeads() * sizes.dHead();
    return List.of(
        all.narrow(-1, 0, queries),
        all.narrow(-1, queries, keys),
        all.narrow(-1, queries + keys, keys));
  }

  /// Queries, keys and values, each `[token, heads * dHead]`.
  private List<Tensor> project(Tensor x) {
    if (!spec.fusedQkv()) {
      return inputs.stream().map(projection -> projection.forward(x)).toList();
    }
    return split(inputs.getFirst().forward(x));
  }

  private Tensor heads(Tensor flat, int heads, Optional<RmsNorm> norm) {
    boolean together = spec.queryKeyNorm() == QueryKeyNorm.ALL_HEADS;
    Tensor normed = norm.isPresent() && together ? norm.get().widened(flat) : flat;
    Tensor split = normed.reshape(-1, heads, sizes.dHead()).to(DType.FLOAT32);
    return norm.isPresent() && !together ? norm.get().widened(split) : split;
  }

  /// Weighted values of the rows of a group, `[token of the group, nHeads, dHead]`.
  private Tensor attend(Tensor q, Tensor k, Tensor v, TokenBatch.Group group, Step step) {
    Tensor queries = rows(q, group, sizes.nHeads()).multiply(spec.scale());
    Tensor keys;
    Tensor values;
    if (step.cache().isPresent()) {
      keys = step.cache().get().keys(layer, group);
      values = step.cache().get().values(layer, group);
    } else {
      keys = rows(k, group, sizes.nKvHeads());
      values = rows(v, group, sizes.nKvHeads());
    }
    keys = keys.to(DType.FLOAT32);
    values = values.to(DType.FLOAT32);
    boolean whole = step.wants(HookSite.ATTN_SCORES, layer) || step.wants(HookSite.PATTERN, layer);
    int block = whole ? group.length() : Math.min(QUERY_BLOCK, group.length());
    List<Tensor> parts = new ArrayList<>();
    for (int first = 0; first < group.length(); first += block) {
      int length = Math.min(block, group.length() - first);
      parts.add(queryBlock(queries, keys, values, group, first, length, whole, step));
    }
    Tensor z = parts.size() == 1 ? parts.getFirst() : Tensors.concatenate(parts, 2);
    return z.transpose(1, 2)
        .reshape((long) group.rows() * group.length(), sizes.nHeads(), sizes.dHead());
  }

  /// The tokens of a group as `[row, head, token, dHead]`.
  private Tensor rows(Tensor packed, TokenBatch.Group group, int heads) {
    return packed
        .narrow(0, group.firstToken(), (long) group.rows() * group.length())
        .reshape(group.rows(), group.length(), heads, sizes.dHead())
        .transpose(1, 2);
  }

  /// `softmax(q k^T) v` for some queries, `[row, nHeads, query, dHead]`.
  private Tensor queryBlock(
      Tensor queries,
      Tensor keys,
      Tensor values,
      TokenBatch.Group group,
      int first,
      int length,
      boolean whole,
      Step step) {
    int window = layerSpec.slidingWindow();
    int firstKey = 0;
    int lastKey = group.keys();
    if (!whole && group.samePast()) {
      int place = group.past()[0] + first;
      firstKey = window == 0 ? 0 : Math.max(0, place - window + 1);
      lastKey = place + length;
    }
    int seen = lastKey - firstKey;
    Tensor scores = scores(queries, keys, first, length, firstKey, seen);
    Optional<Tensor> mask = step.mask(group, first, length, firstKey, seen, window);
    if (mask.isPresent()) {
      scores = scores.maskedFill(mask.get(), Double.NEGATIVE_INFINITY);
    }
    scores = hookByQuery(HookSite.ATTN_SCORES, scores, group, step);
    Tensor pattern = hookByQuery(HookSite.PATTERN, scores.softmax(-1), group, step);
    long rows = group.rows();
    return pattern
        .reshape(rows * sizes.nKvHeads(), (long) sharing() * length, seen)
        .matmul(
            values.narrow(2, firstKey, seen).reshape(rows * sizes.nKvHeads(), seen, sizes.dHead()))
        .reshape(rows, sizes.nHeads(), length, sizes.dHead());
  }

  /// Query heads that share a key head.
  private int sharing() {
    return sizes.nHeads() / sizes.nKvHeads();
  }

  private Tensor scores(
      Tensor queries, Tensor keys, int first, int length, int firstKey, int seen) {
    long rows = queries.size(0);
    Tensor grouped =
        queries
            .narrow(2, first, length)
            .reshape(rows * sizes.nKvHeads(), (long) sharing() * length, sizes.dHead());
    Tensor visible =
        keys.narrow(2, firstKey, seen).reshape(rows * sizes.nKvHeads(), seen, sizes.dHead());
    Tensor scores =
        grouped.matmul(visible.transpose(1, 2)).reshape(rows, sizes.nHeads(), length, seen);
    return spec.softCap() == 0
        ? scores
        : scores.multiply(1 / spec.softCap()).tanh().multiply(spec.softCap());
  }

  /// Shows scores or pattern to the hooks with the query tokens first.
  private Tensor hookByQuery(HookSite site, Tensor square, TokenBatch.Group group, Step step) {
    if (!step.wants(site, layer)) {
      return square;
    }
    long keys = square.size(-1);
    Tensor byQuery =
        square.transpose(1, 2).reshape((long) group.rows() * group.length(), sizes.nHeads(), keys);
    return step.hook(site, layer, byQuery, group.tokens())
        .reshape(group.rows(), group.length(), sizes.nHeads(), keys)
        .transpose(1, 2);
  }
}
