package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.model.weights.LinearWeight;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.Kernels;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.Products;
import org.demur.tensor.kernel.TokenLoops;

/// The blocks of a decoder as the kernels compute them: for passes on a CPU without gradients that
/// neither read nor edit anything inside of attention. All other passes go through [Block].
final class FusedDecoder {
  private static final List<HookSite> INSIDE_ATTENTION =
      List.of(
          HookSite.Q, HookSite.K, HookSite.V, HookSite.Z, HookSite.ATTN_SCORES, HookSite.PATTERN);

  /// A very short prompt is over before the JVM has compiled the kernels. Steps of decoding are
  /// many.
  private static final int LEAST_TOKENS = 16;

  private final Architecture architecture;
  private final DType type;
  private final List<FusedBlock> blocks;
  private final float[] finalFactors;

  private FusedDecoder(
      Architecture architecture, DType type, List<FusedBlock> blocks, RmsNorm finalNorm) {
    this.architecture = architecture;
    this.type = type;
    this.blocks = blocks;
    finalFactors = finalNorm.factors();
  }

  /// The decoder for these blocks; empty when the kernels cannot be used in this process or for
  /// this architecture.
  static Optional<FusedDecoder> of(
      Architecture architecture,
      ModelWeights weights,
      DType type,
      List<Block> plain,
      RmsNorm finalNorm) {
    if (!Kernels.available() || !FusedBlock.fits(architecture, Kernels.lanes())) {
      return Optional.empty();
    }
    List<FusedBlock> blocks = new ArrayList<>();
    for (Block block : plain) {
      Optional<FusedBlock> fused = block.fused(architecture, weights);
      if (fused.isEmpty()) {
        return Optional.empty();
      }
      blocks.add(fused.get());
    }
    return Optional.of(new FusedDecoder(architecture, type, blocks, finalNorm));
  }

  /// Whether a pass can go this way.
  boolean suits(TokenBatch batch, Hooks hooks, int executed) {
    boolean worthIt = batch.oneTokenPerRow() || batch.tokenCount() >= LEAST_TOKENS;
    if (Autograd.recording() || !worthIt) {
      return false;
    }
    for (int layer = 0; layer < executed; layer++) {
      for (HookSite site : INSIDE_ATTENTION) {
        if (hooks.wants(site, layer)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Runs blocks.
  ///
  /// @param pass owns the result
  /// @param embedded `[token, dModel]`
  /// @param remaining packed indices of the tokens that are asked for after the last block, see
  ///   [RemainingTokens]
  /// @return their residual stream after the last block, `[remaining, dModel]`
  Tensor forward(Scope pass, Step step, Tensor embedded, int executed, int... remaining) {
    int inner = architecture.dimensions().dFeedForward();
    try (Scope inside = Scope.open()) {
      FusedStep fused =
          new FusedStep(inside, step, architecture.dimensions(), type, inner, embedded);
      for (FusedBlock block : blocks.subList(0, executed - 1)) {
        block.forward(fused);
      }
      FusedBlock last = blocks.get(executed - 1);
      if (remaining.length < fused.tokens()) {
        return pass.adopt(last.forwardAsLast(fused, remaining).resid());
      }
      last.forward(fused);
      return pass.adopt(fused.resid());
    }
  }

  /// Whether the logits of a pass are computed by our own kernels: those of few tokens, as the
  /// blocks before them. libtorch's threads must not be woken between steps of decoding, because
  /// they keep a core busy for a while after their work is done.
  boolean suitsHead(TokenBatch batch) {
    boolean blocksAreOurs = batch.oneTokenPerRow() || batch.tokenCount() >= LEAST_TOKENS;
    return blocksAreOurs
        && batch.tokenCount() <= FusedStep.fewTokens(type)
        && !Autograd.recording();
  }

  /// The final norm of few tokens, `[token, dModel]`, in single precision: one loop instead of six
  /// calls of libtorch, which are felt in a decoding step.
  Tensor normed(Tensor resid) {
    int tokens = (int) resid.size(0);
    Tensor normed = Tensors.empty(DType.FLOAT32, Device.CPU, tokens, resid.size(1));
    Panel from = FusedStep.panel(resid.contiguous());
    double epsilon = architecture.norms().epsilon();
    TokenLoops.rmsNorm(from, 0, tokens, finalFactors, epsilon, FusedStep.panel(normed));
    return normed;
  }

  /// Logits `[token, vocabulary]` for a head `[vocabulary, dModel]`.
  Tensor head(LinearWeight head, Tensor normed) {
    int tokens = (int) normed.size(0);
    Tensor logits = Tensors.empty(DType.FLOAT32, Device.CPU, tokens, head.outputs());
    Products.multiply(
        head.matrix(),
        normed.contiguous().memory(),
        tokens,
        logits.memory(),
        (int) head.outputs(),
        0);
    return logits;
  }
}
