package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.model.weights.LinearWeight;
import org.demur.model.weights.ModelWeights;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// A decoder-only transformer: embedding, blocks, final norm, head.
///
/// The residual stream, what joins it, and the logits are in single precision whatever the type of
/// the weights: sums over many blocks and edits of the stream lose nothing to rounding, and the
/// cost beside the matrix products is small.
public final class Decoder {
  private final Architecture architecture;
  private final DType type;
  private final Device device;
  private final LinearWeight embedding;
  private final List<Block> blocks = new ArrayList<>();
  private final RmsNorm finalNorm;
  private final LinearWeight head;
  private final Optional<FusedDecoder> fused;
  private final List<TrainedBlock> trained = new ArrayList<>();

  /// Wires the weights; they stay the property of `weights`.
  public Decoder(Architecture architecture, ModelWeights weights, DType type, Device device) {
    this.architecture = architecture;
    this.type = type.activations();
    this.device = device;
    embedding = weights.linear(WeightLayout.EMBEDDING);
    for (int layer = 0; layer < architecture.dimensions().nLayers(); layer++) {
      blocks.add(new Block(architecture, weights, layer));
    }
    finalNorm = new RmsNorm(weights.get(WeightLayout.FINAL_NORM), architecture.norms());
    head = architecture.tiedHead() ? embedding : weights.linear(WeightLayout.HEAD);
    fused =
        device.equals(Device.CPU)
            ? FusedDecoder.of(architecture, weights, this.type, blocks, finalNorm)
            : Optional.empty();
    if (fused.isPresent()) {
      blocks.forEach(block -> block.trained(architecture, weights).ifPresent(trained::add));
    }
  }

  /// How far a pass goes.
  ///
  /// @param blocks blocks that are run, from the first
  /// @param headTokens packed indices of the tokens whose logits are wanted, rising; empty for none
  public record Extent(int blocks, int[] headTokens) {}

  /// The linear maps that an adapter can change.
  public List<Projection> projections() {
    return blocks.stream().flatMap(block -> block.projections().stream()).toList();
  }

  /// Runs the tokens of a batch.
  ///
  /// @param batch the tokens; with a cache, those that follow the cached ones
  /// @param extent how far to go
  /// @param hooks what reads and edits on the way
  /// @param cache keys and values of earlier tokens, which this pass adds to
  /// @return logits `[headTokens, vocabulary]`, which belong to the innermost scope; empty when
  ///   none are wanted
  public Optional<Tensor> forward(
      TokenBatch batch, Extent extent, Hooks hooks, Optional<KvCache> cache) {
    try (Scope pass = Scope.open()) {
      Step step = new Step(pass, architecture, batch, hooks, cache, device);
      Tensor resid = embed(batch, step);
      int[] remaining = step.tokens();
      if (fused.isPresent() && fused.get().suits(batch, hooks, extent.blocks())) {
        remaining = RemainingTokens.of(batch, extent, hooks);
        resid = fused.get().forward(pass, step, resid, extent.blocks(), remaining);
      } else {
        for (Block block : blocks.subList(0, extent.blocks())) {
          try (Scope inside = Scope.open()) {
            Tensor before = resid;
            resid = inside.keep(block.forward(before, step));
            pass.release(before);
          }
        }
      }
      cache.ifPresent(held -> held.advance(batch));
      boolean normed = extent.headTokens().length > 0 || hooks.wants(HookSite.FINAL_NORM, 0);
      if (!normed || remaining.length == 0) {
        return Optional.empty();
      }
      return logits(resid, remaining, extent.headTokens(), step).map(pass::keep);
    }
  }

  /// What this decoder computes with, for [RecordedPass].
  Architecture architecture() {
    return architecture;
  }

  Device device() {
    return device;
  }

  List<Block> blocks() {
    return blocks;
  }

  /// The blocks with gradients of their own; none where the kernels cannot be used.
  List<TrainedBlock> trained() {
    return trained;
  }

  RmsNorm finalNorm() {
    return finalNorm;
  }

  /// Embeddings of the tokens of a batch, `[token, dModel]`.
  Tensor embed(TokenBatch batch, Step step) {
    Tensor rows = embedding.held().indexSelect(0, Tensors.ofInts(batch.ids(), device));
    Tensor embedded = new LinearWeight(rows).numbers().to(DType.FLOAT32);
    double scale = architecture.scales().embedding();
    if (scale != 1) {
      // the reference rounds the factor to the type of the weights
      Tensor rounded = Tensors.ofFloats(new float[] {(float) scale}, device, 1).to(type);
      embedded = embedded.multiply(rounded.to(DType.FLOAT32));
    }
    return step.hook(HookSite.EMBED, 0, embedded);
  }

  /// Logits of some tokens, by way of the final norm of these or of all that are left.
  ///
  /// @param resid `[tokens, dModel]`
  /// @param tokens packed indices of the tokens that are left, all of `headTokens` among them
  private Optional<Tensor> logits(Tensor resid, int[] tokens, int[] headTokens, Step step) {
    boolean all = headTokens.length == tokens.length;
    boolean normAll = all || step.wants(HookSite.FINAL_NORM, 0);
    int[] places = all ? tokens : RemainingTokens.places(tokens, headTokens);
    Tensor selected = normAll ? resid : pick(resid, places);
    boolean ours =
        fused.isPresent() && headTokens.length > 0 && fused.get().suitsHead(step.batch());
    Tensor last = ours ? fused.get().normed(selected) : finalNorm.forward(selected);
    Tensor normed = normAll ? step.hook(HookSite.FINAL_NORM, 0, last, tokens) : last;
    if (headTokens.length == 0) {
      return Optional.empty();
    }
    Tensor wanted = normAll && !all ? pick(normed, places) : normed;
    Tensor logits = ours ? scaled(fused.get().head(head, wanted)) : scores(wanted);
    return Optional.of(step.hook(HookSite.LOGITS, 0, logits, headTokens));
  }

  /// Logits `[token, vocabulary]` of what left the final norm, `[token, dModel]`.
  Tensor scores(Tensor normed) {
    return scaled(normed.linear(head.numbers()).to(DType.FLOAT32));
  }

  private Tensor scaled(Tensor product) {
    Tensor logits = product;
    if (architecture.scales().logits() != 1) {
      logits = logits.multiply(1 / architecture.scales().logits());
    }
    double cap = architecture.scales().logitSoftCap();
    if (cap != 0) {
      logits = logits.multiply(1 / cap).tanh().multiply(cap);
    }
    return logits;
  }

  private Tensor pick(Tensor x, int[] tokens) {
    return x.indexSelect(0, Tensors.ofInts(tokens, device));
  }
}
