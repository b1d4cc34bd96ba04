package org.demur.model.decoder;

import java.util.List;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.AttentionSpec;
import org.demur.model.config.Dimensions;
import org.demur.model.hook.HookSite;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.kernel.CausalAttention;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.TokenLoops;

/// One block with few passes over memory: what [Block] computes, for passes without gradients that
/// read and edit nothing inside of attention.
final class FusedBlock {
  /// A norm's factors and its epsilon.
  private record Norm(float[] factors, double epsilon) {
    static Optional<Norm> of(Optional<RmsNorm> norm) {
      return norm.map(one -> new Norm(one.factors(), one.epsilon()));
    }
  }

  private final int layer;
  private final float residualScale;
  private final TokenLoops.Gate gate;
  private final FusedAttention attention;
  private final FusedLinear gateUp;
  private final FusedLinear down;
  private final Optional<Norm> beforeAttention;
  private final Optional<Norm> afterAttention;
  private final Optional<Norm> beforeMlp;
  private final Optional<Norm> afterMlp;

  /// Parts of the plain block that this one shares.
  record Parts(
      Attention attention,
      GatedMlp mlp,
      Optional<RmsNorm> beforeAttention,
      Optional<RmsNorm> afterAttention,
      Optional<RmsNorm> beforeMlp,
      Optional<RmsNorm> afterMlp) {}

  FusedBlock(
      Architecture architecture,
      ModelWeights weights,
      int layer,
      Parts parts,
      TokenLoops.Gate gate) {
    this.layer = layer;
    this.gate = gate;
    residualScale = (float) architecture.scales().residual();
    attention = new FusedAttention(architecture, weights, layer, parts.attention());
    List<Projection> mlp = parts.mlp().projections();
    gateUp = new FusedLinear(weights, mlp.subList(0, mlp.size() - 1));
    down = new FusedLinear(weights, List.of(mlp.getLast()));
    beforeAttention = Norm.of(parts.beforeAttention());
    afterAttention = Norm.of(parts.afterAttention());
    beforeMlp = Norm.of(parts.beforeMlp());
    afterMlp = Norm.of(parts.afterMlp());
  }

  void forward(FusedStep step) {
    hook(HookSite.RESID_PRE, step);
    normalise(beforeAttention, step);
    attention.forward(step);
    finish(step);
  }

  /// As [#forward] for the last block of a pass: all tokens get keys and values, and only some go
  /// on from there.
  ///
  /// @param remaining packed indices of these, see [RemainingTokens]
  /// @return these
  FusedStep forwardAsLast(FusedStep all, int... remaining) {
    hook(HookSite.RESID_PRE, all);
    FusedStep some = all.goingOn(remaining);
    boolean asked = remaining.length > 0;
    if (asked || all.step().cache().isPresent()) {
      normalise(beforeAttention, all);
      CausalAttention.Source seen = attention.keysAndValues(all);
      if (asked) {
        normalise(beforeAttention, some);
        attention.forward(some, seen);
        finish(some);
      }
    }
    return some;
  }

  /// From what attention is about to add to the end of the block.
  private void finish(FusedStep step) {
    join(HookSite.ATTN_OUT, afterAttention, step);
    hook(HookSite.RESID_MID, step);

    normalise(beforeMlp, step);
    gateUp.apply(step, step.normed(), step.gateUp());
    TokenLoops.gated(
        gate, step.where(step.gateUp()), step.tokens(), down.inputs(), step.where(step.gated()));
    down.apply(step, step.gated(), step.out());
    join(HookSite.MLP_OUT, afterMlp, step);
    hook(HookSite.RESID_POST, step);
  }

  private void hook(HookSite site, FusedStep step) {
    if (step.step().wants(site, layer)) {
      try (Scope inside = Scope.open()) {
        Tensor seen = step.hookInPlace(site, layer, step.resid());
        if (seen != step.resid()) {
          step.resid().assign(seen);
        }
      }
    }
  }

  private static void normalise(Optional<Norm> norm, FusedStep step) {
    Panel resid = step.where(step.resid());
    Panel normed = step.where(step.normed());
    if (norm.isPresent()) {
      TokenLoops.rmsNorm(
          resid, 0, step.tokens(), norm.get().factors(), norm.get().epsilon(), normed);
    } else {
      TokenLoops.copy(resid, normed, step.tokens(), resid.stride(), 1);
    }
  }

  /// Adds what attention or MLP computed to the residual stream.
  private void join(HookSite site, Optional<Norm> norm, FusedStep step) {
    Panel out = step.where(step.out());
    Panel resid = step.where(step.resid());
    if (norm.isPresent()) {
      TokenLoops.rmsNorm(out, 0, step.tokens(), norm.get().factors(), norm.get().epsilon(), out);
    }
    if (!step.step().wants(site, layer)) {
      TokenLoops.accumulate(resid, out, step.tokens(), resid.stride(), residualScale);
      return;
    }
    try (Scope inside = Scope.open()) {
      Tensor wide = step.resid().copy();
      TokenLoops.copy(out, FusedStep.panel(wide), step.tokens(), resid.stride(), residualScale);
      Tensor seen = step.hookInPlace(site, layer, wide);
      step.resid().accumulate(seen);
    }
  }

  /// Whether the widths of a model suit the kernels.
  static boolean fits(Architecture architecture, int lanes) {
    Dimensions sizes = architecture.dimensions();
    AttentionSpec attention = architecture.attention();
    return sizes.dModel() % lanes == 0
        && sizes.dHead() % lanes == 0
        && sizes.dFeedForward() % lanes == 0
        && !architecture.mixture()
        && attention.scale() > 0;
  }
}
