package org.demur.model.decoder;

import java.util.List;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.AttentionGradients;
import org.demur.tensor.kernel.CausalAttention;
import org.demur.tensor.kernel.TokenLoops;

/// Attention between its projections, with a way back.
///
/// **Shapes**: queries, keys and values next to each other, `[token, (nHeads + 2 nKvHeads) dHead]`.
sealed interface AttentionCore {
  /// Weighted values, `[token, nHeads * dHead]`, without a history.
  Tensor z();

  /// The gradient of queries, keys and values next to each other.
  ///
  /// @param gradient of [#z]
  Tensor backward(Tensor gradient, Step step);

  /// Runs attention; what it keeps belongs to `kept`.
  ///
  /// @param qkv may be changed
  static AttentionCore run(Scope kept, Attention attention, Tensor qkv, Step step) {
    return attention.kernelHasGradients()
        ? Kernel.run(kept, attention, qkv, step)
        : Recorded.run(kept, attention, qkv, step);
  }

  /// By our own kernels: nothing but the rotated queries, keys and values is kept.
  ///
  /// @param qkv rotated
  record Kernel(Attention attention, Tensor qkv, Tensor z) implements AttentionCore {
    private static Kernel run(Scope kept, Attention attention, Tensor qkv, Step step) {
      if (attention.rope() >= 0) {
        Rotary rotary = step.rotary(attention.rope());
        rotate(attention, qkv, rotary, rotary.sinTable());
      }
      Tensor z =
          kept.adopt(Tensors.empty(DType.FLOAT32, Device.CPU, qkv.size(0), attention.valueWidth()));
      attention
          .kernel()
          .run(
              rows(step),
              FusedStep.panel(qkv),
              attention.source(FusedStep.panel(qkv), step),
              FusedStep.panel(z));
      return new Kernel(attention, qkv, z);
    }

    private static CausalAttention.Rows rows(Step step) {
      TokenBatch batch = step.batch();
      return new CausalAttention.Rows(batch.firstTokens(), batch.lengths(), batch.past());
    }

    private static void rotate(Attention attention, Tensor qkv, Rotary rotary, float[] sin) {
      TokenLoops.rotate(
          FusedStep.panel(qkv),
          attention.rotatedHeads(),
          attention.dHead(),
          (int) qkv.size(0),
          rotary.width(),
          rotary.cosTable(),
          sin);
    }

    @Override
    public Tensor backward(Tensor gradient, Step step) {
      Tensor all = Tensors.empty(DType.FLOAT32, Device.CPU, qkv.size(0), qkv.size(1));
      new AttentionGradients(attention.kernel())
          .run(rows(step), FusedStep.panel(qkv), FusedStep.panel(gradient), FusedStep.panel(all));
      if (attention.rope() >= 0) {
        Rotary rotary = step.rotary(attention.rope());
        rotate(attention, all, rotary, rotary.oppositeSinTable());
      }
      return all;
    }
  }

  /// Recorded by libtorch: norms of queries and keys, capped scores.
  ///
  /// @param leaves queries, keys and values, `[token, heads * dHead]` each
  /// @param recorded weighted values with the history from the leaves
  record Recorded(Attention attention, List<Tensor> leaves, Tensor recorded, Tensor z)
      implements AttentionCore {
    private static Recorded run(Scope kept, Attention attention, Tensor qkv, Step step) {
      List<Tensor> leaves =
          attention.split(qkv).stream()
              .map(part -> kept.adopt(part.detach().requireGrad(true)))
              .toList();
      try (Scope inside = Scope.open();
          Autograd on = Autograd.on()) {
        Tensor recorded = kept.adopt(attention.core(leaves, step).alias());
        return new Recorded(attention, leaves, recorded, kept.adopt(recorded.detach()));
      }
    }

    @Override
    public Tensor backward(Tensor gradient, Step step) {
      recorded.backward(gradient);
      long width = leaves.stream().mapToLong(leaf -> leaf.size(1)).sum();
      Tensor all = Tensors.empty(DType.FLOAT32, Device.CPU, z.size(0), width);
      try (Scope inside = Scope.open()) {
        List<Tensor> places = attention.split(all);
        for (int i = 0; i < places.size(); i++) {
          places.get(i).assign(leaves.get(i).grad());
          leaves.get(i).clearGrad();
        }
      }
      return all;
    }
  }
}
