package org.demur.model.decoder;

import java.util.List;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.hook.HookSite;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.TokenLoops;

/// A block with gradients of its own: what [Block] computes, with few passes over memory and little
/// kept between the ways forward and back.
///
/// Only attention between the projections, and edits that do not know their way back, are recorded
/// by libtorch. Norms and gate are computed again on the way back from their inputs.
///
/// **Shapes**: `[token, dModel]` to `[token, dModel]`, single precision.
final class TrainedBlock {
  private final int layer;
  private final double residualScale;
  private final TokenLoops.Gate gate;
  private final Attention attention;
  private final TrainedLinear qkv;
  private final TrainedLinear output;
  private final TrainedLinear gateUp;
  private final TrainedLinear down;
  private final TrainedNorm beforeAttention;
  private final TrainedNorm afterAttention;
  private final TrainedNorm beforeMlp;
  private final TrainedNorm afterMlp;

  TrainedBlock(
      Architecture architecture,
      ModelWeights weights,
      int layer,
      FusedBlock.Parts parts,
      TokenLoops.Gate gate) {
    this.layer = layer;
    this.gate = gate;
    residualScale = architecture.scales().residual();
    attention = parts.attention();
    List<Projection> mixing = attention.projections();
    qkv = new TrainedLinear(weights, mixing.subList(0, mixing.size() - 1));
    output = new TrainedLinear(weights, List.of(mixing.getLast()));
    List<Projection> mlp = parts.mlp().projections();
    gateUp = new TrainedLinear(weights, mlp.subList(0, mlp.size() - 1));
    down = new TrainedLinear(weights, List.of(mlp.getLast()));
    beforeAttention = TrainedNorm.of(parts.beforeAttention());
    afterAttention = TrainedNorm.of(parts.afterAttention());
    beforeMlp = TrainedNorm.of(parts.beforeMlp());
    afterMlp = TrainedNorm.of(parts.afterMlp());
  }

  /// What a pass through this block left for the way back; [#scope] owns it.
  ///
  /// @param residPre what entered, after edits
  /// @param core attention between the projections
  /// @param attended what attention gave, before its norm
  /// @param residMid between attention and MLP, after edits
  /// @param gateUp gate and up projection
  /// @param transformed what the MLP gave, before its norm
  record Kept(
      Scope scope,
      Edited residPre,
      AttentionCore core,
      Optional<Tensor> attended,
      Edited attnOut,
      Edited residMid,
      Tensor gateUp,
      Optional<Tensor> transformed,
      Edited mlpOut,
      Edited residPost) {
    /// What leaves the block.
    Tensor leaving() {
      return residPost.after();
    }
  }

  /// Runs the block; closing the scope of what it gives frees everything of it.
  Kept forward(Tensor entering, Step step) {
    Scope kept = Scope.detached();
    try (Scope inside = Scope.open()) {
      Edited residPre = edited(kept, HookSite.RESID_PRE, entering, step);
      Tensor projected = qkv.forward(beforeAttention.forward(residPre.after()));
      AttentionCore core = AttentionCore.run(kept, attention, kept.adopt(projected), step);
      Tensor attended = output.forward(core.z());
      Edited attnOut =
          edited(kept, HookSite.ATTN_OUT, scaled(afterAttention.forward(attended)), step);
      Edited residMid =
          edited(kept, HookSite.RESID_MID, residPre.after().add(attnOut.after()), step);

      Tensor opened = kept.adopt(gateUp.forward(beforeMlp.forward(residMid.after())));
      Tensor transformed = down.forward(gated(opened));
      Edited mlpOut = edited(kept, HookSite.MLP_OUT, scaled(afterMlp.forward(transformed)), step);
      Edited residPost =
          edited(kept, HookSite.RESID_POST, residMid.after().add(mlpOut.after()), step);
      return new Kept(
          kept,
          residPre,
          core,
          afterAttention.input(kept, attended),
          attnOut,
          residMid,
          opened,
          afterMlp.input(kept, transformed),
          mlpOut,
          residPost);
    } catch (RuntimeException e) {
      kept.close();
      throw e;
    }
  }

  /// Adds the gradients of the factors to what they hold.
  ///
  /// @param flowing gradient of what left the block
  /// @return the gradient of what entered it
  Tensor backward(Kept kept, Tensor flowing, Step step) {
    Tensor resid = kept.residPost().backward(flowing).copy();
    try (Scope inside = Scope.open()) {
      Tensor toMlp = afterMlp.backward(kept.transformed(), scaled(kept.mlpOut().backward(resid)));
      Tensor toGated = down.backward(gated(kept.gateUp()), toMlp);
      TrainedNorm.gated(gate, kept.gateUp(), toGated);
      Tensor residMid = kept.residMid().after();
      Tensor toNormed = gateUp.backward(beforeMlp.forward(residMid), kept.gateUp());
      beforeMlp.addBackward(residMid, toNormed, resid);
    }
    Tensor middle = kept.residMid().backward(resid);
    try (Scope inside = Scope.open()) {
      Tensor toAttended =
          afterAttention.backward(kept.attended(), scaled(kept.attnOut().backward(middle)));
      Tensor toZ = output.backward(kept.core().z(), toAttended);
      Tensor toQkv = kept.core().backward(toZ, step);
      Tensor residPre = kept.residPre().after();
      Tensor toNormed = qkv.backward(beforeAttention.forward(residPre), toQkv);
      beforeAttention.addBackward(residPre, toNormed, middle);
    }
    return kept.residPre().backward(middle);
  }

  private Edited edited(Scope kept, HookSite site, Tensor value, Step step) {
    return Edited.at(kept, site, layer, value, step);
  }

  private Tensor scaled(Tensor joining) {
    return residualScale == 1 ? joining : joining.multiply(residualScale);
  }

  private Tensor gated(Tensor opened) {
    int tokens = (int) opened.size(0);
    int width = (int) opened.size(1) / 2;
    Tensor out = Tensors.empty(DType.FLOAT32, Device.CPU, tokens, width);
    TokenLoops.gated(
        gate, FusedStep.panel(opened), tokens, width, new Panel(out.memory(), width, false));
    return out;
  }
}
