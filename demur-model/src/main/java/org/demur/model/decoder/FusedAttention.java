package org.demur.model.decoder;

import java.util.List;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.Dimensions;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.Tensor;
import org.demur.tensor.kernel.CausalAttention;
import org.demur.tensor.kernel.CausalAttention.Keys;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.TokenLoops;

/// What [Attention] computes, without hooks inside.
final class FusedAttention {
  private final int layer;
  private final Attention plain;
  private final Dimensions sizes;
  private final LayerSpec layerSpec;
  private final boolean normTogether;
  private final FusedLinear qkv;
  private final FusedLinear output;
  private final Optional<float[]> queryNorm;
  private final Optional<float[]> keyNorm;
  private final double epsilon;
  private final CausalAttention attention;

  FusedAttention(Architecture architecture, ModelWeights weights, int layer, Attention plain) {
    this.layer = layer;
    this.plain = plain;
    sizes = architecture.dimensions();
    layerSpec = architecture.layers().get(layer);
    normTogether = architecture.attention().queryKeyNorm() == QueryKeyNorm.ALL_HEADS;
    List<Projection> projections = plain.projections();
    qkv = new FusedLinear(weights, projections.subList(0, projections.size() - 1));
    output = new FusedLinear(weights, List.of(projections.getLast()));
    queryNorm = plain.queryNorm().map(RmsNorm::factors);
    keyNorm = plain.keyNorm().map(RmsNorm::factors);
    epsilon = architecture.norms().epsilon();
    attention = plain.kernel();
  }

  private int keyColumn() {
    return sizes.nHeads() * sizes.dHead();
  }

  private int keyWidth() {
    return sizes.nKvHeads() * sizes.dHead();
  }

  /// From the normed residual stream to what is added to it.
  void forward(FusedStep step) {
    qkv.apply(step, step.normed(), step.rawQkv());
    Panel panel = single(step.rawQkv(), step.qkv(), step);
    queryNorm.ifPresent(norm -> normed(panel, 0, sizes.nHeads(), norm, step));
    keyNorm.ifPresent(norm -> normed(panel, keyColumn(), sizes.nKvHeads(), norm, step));
    rotate(panel, sizes.nHeads() + sizes.nKvHeads(), step);
    CausalAttention.Source seen = source(panel, keyColumn(), step);
    attention.run(step.rows(), panel, seen, step.where(step.z()));
    output.apply(step, step.z(), step.out());
  }

  /// Keys and values of the tokens, without queries; a cache stores them.
  CausalAttention.Source keysAndValues(FusedStep step) {
    int width = 2 * keyWidth();
    Tensor raw = step.narrower(step.rawQkv(), width);
    qkv.apply(step, step.normed(), raw, keyColumn());
    Panel panel = single(raw, half(step) ? step.narrower(step.qkv(), width) : raw, step);
    keyNorm.ifPresent(norm -> normed(panel, 0, sizes.nKvHeads(), norm, step));
    rotate(panel, sizes.nKvHeads(), step);
    return source(panel, 0, step);
  }

  /// As [#forward], for some tokens of a pass.
  ///
  /// @param seen keys and values of the rows of the pass
  void forward(FusedStep step, CausalAttention.Source seen) {
    Tensor raw = step.narrower(step.rawQkv(), keyColumn());
    qkv.apply(step, step.normed(), raw, 0);
    Panel panel = single(raw, half(step) ? step.narrower(step.qkv(), keyColumn()) : raw, step);
    queryNorm.ifPresent(norm -> normed(panel, 0, sizes.nHeads(), norm, step));
    rotate(panel, sizes.nHeads(), step);
    SingleQueries queries = SingleQueries.of(step.step().batch(), step.packed());
    attention.run(queries.rows(), panel, queries.source(seen), step.where(step.z()));
    output.apply(step, step.z(), step.out());
  }

  private static boolean half(FusedStep step) {
    return step.rawQkv() != step.qkv();
  }

  /// What a product gave in single precision.
  private static Panel single(Tensor raw, Tensor wide, FusedStep step) {
    Panel panel = step.where(wide);
    if (raw != wide) {
      TokenLoops.copy(step.where(raw), panel, step.tokens(), panel.stride(), 1);
    }
    return panel;
  }

  private void rotate(Panel panel, int heads, FusedStep step) {
    if (layerSpec.rope() < 0) {
      return;
    }
    Rotary rotary = step.step().rotary(layerSpec.rope());
    boolean all = step.tokens() == step.step().batch().tokenCount();
    TokenLoops.rotate(
        panel,
        heads,
        sizes.dHead(),
        step.tokens(),
        rotary.width(),
        all ? rotary.cosTable() : rotary.cosTable(step.packed()),
        all ? rotary.sinTable() : rotary.sinTable(step.packed()));
  }

  private void normed(Panel panel, int column, int heads, float[] norm, FusedStep step) {
    if (normTogether) {
      TokenLoops.rmsNorm(panel, column, step.tokens(), norm, epsilon, panel);
    } else {
      TokenLoops.headNorms(panel, column, heads, step.tokens(), norm, epsilon);
    }
  }

  /// Keys from `keyColumn` of `panel` with the values behind them, and those of earlier tokens.
  private CausalAttention.Source source(Panel panel, int keyColumn, FusedStep step) {
    if (step.step().cache().isEmpty()) {
      return plain.source(panel, keyColumn, step.step());
    }
    KvCache cache = step.step().cache().get();
    cache.store(layer, panel, keyColumn, keyColumn + keyWidth(), step.step().batch());
    Panel keys = cache.keyPanel(layer);
    Panel values = cache.valuePanel(layer);
    return new CausalAttention.Source() {
      @Override
      public Keys keys(int row, int kvHead) {
        return new Keys(keys, cache.firstKey(row, kvHead), 0);
      }

      @Override
      public Keys values(int row, int kvHead) {
        return new Keys(values, cache.firstKey(row, kvHead), 0);
      }
    };
  }
}
