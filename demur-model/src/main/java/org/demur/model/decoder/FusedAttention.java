package org.demur.model.decoder;

import java.util.List;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.Dimensions;
import org.demur.model.weights.ModelWeights;
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

  private int valueColumn() {
    return keyColumn() + sizes.nKvHeads() * sizes.dHead();
  }

  /// From the normed residual stream to what is added to it.
  void forward(FusedStep step) {
    qkv.apply(step, step.normed(), step.rawQkv());
    Panel panel = FusedStep.panel(step.qkv());
    if (step.rawQkv() != step.qkv()) {
      TokenLoops.copy(FusedStep.panel(step.rawQkv()), panel, step.tokens(), panel.stride(), 1);
    }
    queryNorm.ifPresent(norm -> normed(panel, 0, sizes.nHeads(), norm, step));
    keyNorm.ifPresent(norm -> normed(panel, keyColumn(), sizes.nKvHeads(), norm, step));
    if (layerSpec.rope() >= 0) {
      Rotary rotary = step.step().rotary(layerSpec.rope());
      TokenLoops.rotate(
          panel,
          sizes.nHeads() + sizes.nKvHeads(),
          sizes.dHead(),
          step.tokens(),
          rotary.width(),
          rotary.cosTable(),
          rotary.sinTable());
    }
    attention.run(step.rows(), panel, source(panel, step), FusedStep.panel(step.z()));
    output.apply(step, step.z(), step.out());
  }

  private void normed(Panel panel, int column, int heads, float[] norm, FusedStep step) {
    if (normTogether) {
      TokenLoops.rmsNorm(panel, column, step.tokens(), norm, epsilon, panel);
    } else {
      TokenLoops.headNorms(panel, column, heads, step.tokens(), norm, epsilon);
    }
  }

  private CausalAttention.Source source(Panel panel, FusedStep step) {
    if (step.step().cache().isEmpty()) {
      return plain.source(panel, step.step());
    }
    KvCache cache = step.step().cache().get();
    cache.store(layer, panel, keyColumn(), valueColumn(), step.step().batch());
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
