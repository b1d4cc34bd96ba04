package org.demur.model.decoder;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.demur.model.config.Activation;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.NormPlacement;
import org.demur.model.hook.HookSite;
import org.demur.model.weights.ModelWeights;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Tensor;
import org.demur.tensor.kernel.TokenLoops;

/// One block of a decoder: attention and MLP, each added to the residual stream.
///
/// **Shapes**: `[token, dModel]` to `[token, dModel]`.
public final class Block {
  private final int layer;
  private final double residualScale;
  private final Optional<RmsNorm> beforeAttention;
  private final Attention attention;
  private final Optional<RmsNorm> afterAttention;
  private final Optional<RmsNorm> beforeMlp;
  private final FeedForward mlp;
  private final Optional<RmsNorm> afterMlp;

  Block(Architecture architecture, ModelWeights weights, int layer) {
    this.layer = layer;
    String prefix = WeightLayout.block(layer);
    NormPlacement placement = architecture.norms().placement();
    boolean before = placement != NormPlacement.AFTER;
    boolean after = placement != NormPlacement.BEFORE;
    residualScale = architecture.scales().residual();
    attention = new Attention(architecture, weights, layer);
    mlp =
        architecture.layers().get(layer).experts()
            ? new MixtureOfExperts(
                architecture.experts().orElseThrow(),
                architecture.feedForward().activation(),
                weights,
                prefix)
            : GatedMlp.of(architecture.feedForward(), weights, prefix + "mlp.");
    NormMaker norm =
        (present, name) ->
            present
                ? Optional.of(new RmsNorm(weights.get(prefix + name), architecture.norms()))
                : Optional.empty();
    beforeAttention = norm.make(before, "input_layernorm.weight");
    afterAttention = norm.make(after, "post_attention_layernorm.weight");
    beforeMlp = norm.make(before, WeightLayout.normBeforeFeedForward(placement));
    afterMlp = norm.make(after, "post_feedforward_layernorm.weight");
  }

  private interface NormMaker {
    Optional<RmsNorm> make(boolean present, String name);
  }

  /// The linear maps that an adapter can change.
  List<Projection> projections() {
    return Stream.concat(attention.projections().stream(), mlp.projections().stream()).toList();
  }

  /// The same block with few passes over memory, if the kernels can compute it.
  Optional<FusedBlock> fused(Architecture architecture, ModelWeights weights) {
    return kernel(
        architecture, (parts, gate) -> new FusedBlock(architecture, weights, layer, parts, gate));
  }

  /// The same block with gradients of its own, if the kernels can compute it.
  Optional<TrainedBlock> trained(Architecture architecture, ModelWeights weights) {
    return kernel(
        architecture, (parts, gate) -> new TrainedBlock(architecture, weights, layer, parts, gate));
  }

  private <T> Optional<T> kernel(
      Architecture architecture, BiFunction<FusedBlock.Parts, TokenLoops.Gate, T> make) {
    Optional<TokenLoops.Gate> gate = gate(architecture.feedForward().activation());
    if (gate.isEmpty() || !(mlp instanceof GatedMlp gated)) {
      return Optional.empty();
    }
    FusedBlock.Parts parts =
        new FusedBlock.Parts(
            attention, gated, beforeAttention, afterAttention, beforeMlp, afterMlp);
    return Optional.of(make.apply(parts, gate.get()));
  }

  private static Optional<TokenLoops.Gate> gate(Activation activation) {
    return switch (activation) {
      case SILU -> Optional.of(TokenLoops.Gate.SILU);
      case GELU_TANH -> Optional.of(TokenLoops.Gate.GELU_TANH);
      case GELU -> Optional.empty();
    };
  }

  Tensor forward(Tensor entering, Step step) {
    Tensor residPre = step.hook(HookSite.RESID_PRE, layer, entering);

    Tensor attended = attention.forward(normed(beforeAttention, residPre), step);
    Tensor attnOut = step.hook(HookSite.ATTN_OUT, layer, scaled(widened(afterAttention, attended)));
    Tensor residMid = step.hook(HookSite.RESID_MID, layer, residPre.add(attnOut));

    Tensor transformed = mlp.forward(normed(beforeMlp, residMid));
    Tensor mlpOut = step.hook(HookSite.MLP_OUT, layer, scaled(widened(afterMlp, transformed)));
    return step.hook(HookSite.RESID_POST, layer, residMid.add(mlpOut));
  }

  private static Tensor normed(Optional<RmsNorm> norm, Tensor x) {
    return norm.isPresent() ? norm.get().forward(x) : x;
  }

  private static Tensor widened(Optional<RmsNorm> norm, Tensor x) {
    return norm.isPresent() ? norm.get().widened(x) : x;
  }

  /// What joins the residual stream, in its type.
  private Tensor scaled(Tensor x) {
    Tensor wide = x.to(DType.FLOAT32);
    return residualScale == 1 ? wide : wide.multiply(residualScale);
  }
}
