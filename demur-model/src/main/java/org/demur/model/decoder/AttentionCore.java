package org.demur.model.decoder;

import java.util.List;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.TokenLoops;

/// Attention between its projections, recorded by libtorch; rotation without a norm before it is
/// done in place, and undone on the way back.
///
/// @param leaves queries, keys and values, `[token, heads * dHead]` each
/// @param z weighted values, `[token, nHeads * dHead]`, with the history from the leaves
/// @param rotary the rotation that was done in place; negative for none
record AttentionCore(Attention attention, List<Tensor> leaves, Tensor z, int rotary) {
  /// Runs it on queries, keys and values that lie next to each other; they may be changed.
  static AttentionCore run(Scope kept, Attention attention, Tensor qkv, Step step) {
    boolean inPlace = attention.rope() >= 0 && !attention.normed();
    if (inPlace) {
      Rotary rotary = step.rotary(attention.rope());
      rotate(attention, qkv, rotary, rotary.sinTable());
    }
    List<Tensor> leaves =
        attention.split(qkv).stream()
            .map(part -> kept.adopt(part.detach().requireGrad(true)))
            .toList();
    try (Scope inside = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor z = kept.adopt(attention.core(leaves, inPlace, step).alias());
      return new AttentionCore(attention, leaves, z, inPlace ? attention.rope() : -1);
    }
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

  /// The gradient of queries, keys and values next to each other, before the rotation.
  Tensor backward(Tensor gradient, Step step) {
    z.backward(gradient);
    long width = leaves.stream().mapToLong(leaf -> leaf.size(1)).sum();
    Tensor all = Tensors.empty(DType.FLOAT32, Device.CPU, z.size(0), width);
    try (Scope inside = Scope.open()) {
      List<Tensor> places = attention.split(all);
      for (int i = 0; i < places.size(); i++) {
        places.get(i).assign(leaves.get(i).grad());
        leaves.get(i).clearGrad();
      }
    }
    if (rotary >= 0) {
      Rotary turned = step.rotary(rotary);
      rotate(attention, all, turned, turned.oppositeSinTable());
    }
    return all;
  }
}
