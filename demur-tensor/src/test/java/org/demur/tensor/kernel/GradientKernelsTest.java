package org.demur.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.demur.tensor.Autograd;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Kernels against the gradients that libtorch records.
class GradientKernelsTest {
  private static Tensor random(long seed, int tokens, int width) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[tokens * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensors.ofFloats(values, Device.CPU, tokens, width);
  }

  private static Panel panel(Tensor tensor) {
    return new Panel(tensor.memory(), (int) tensor.size(1), false);
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    double scale = expected.abs().max().item();
    assertThat(actual.subtract(expected).abs().max().item()).isLessThan(2e-5 * scale);
  }

  @Test
  void theGradientOfANormIsThatOfItsFormula() {
    int width = 6 * Kernels.lanes();
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor x = random(1, 5, width).requireGrad(true);
      Tensor weight = random(2, 1, width);
      Tensor gradient = random(3, 5, width);
      Tensor scale = x.square().mean(-1, true).add(1e-3).rsqrt();
      x.multiply(scale).multiply(weight).backward(gradient);

      Tensor sum = random(4, 5, width);
      Tensor added = sum.copy();
      TokenGradients.rmsNorm(
          panel(x.detach()), 5, weight.toFloats(), 1e-3, panel(gradient), panel(added), 1);
      assertClose(added.subtract(sum), x.grad());
      TokenGradients.rmsNorm(
          panel(x.detach()), 5, weight.toFloats(), 1e-3, panel(gradient), panel(gradient), 0);
      assertClose(gradient, x.grad());
    }
  }

  @ParameterizedTest
  @EnumSource(TokenLoops.Gate.class)
  void theGradientsOfAGateAreThoseOfItsFormula(TokenLoops.Gate gate) {
    int width = 3 * Kernels.lanes();
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor x = random(1, 7, 2 * width).multiply(3).detach().requireGrad(true);
      Tensor gradient = random(2, 7, width);
      Tensor open = x.narrow(1, 0, width);
      Tensor passed = gate == TokenLoops.Gate.SILU ? open.silu() : open.gelu(true);
      passed.multiply(x.narrow(1, width, width)).backward(gradient);

      Tensor found = x.detach().copy();
      TokenGradients.gated(gate, panel(found), 7, width, panel(gradient));
      assertClose(found, x.grad());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 0", "4, 2, 5, 0", "6, 2, 37, 0", "3, 3, 64, 0", "4, 1, 21, 6"})
  void theGradientsOfAttentionAreThoseOfItsFormula(int heads, int kvHeads, int length, int window) {
    int dHead = 3 * Kernels.lanes();
    int width = (heads + 2 * kvHeads) * dHead;
    int tokens = length + 3;
    CausalAttention attention = new CausalAttention(heads, kvHeads, dHead, 0.3f, 0, window);
    CausalAttention.Rows rows =
        new CausalAttention.Rows(new int[] {0, 3}, new int[] {3, length}, new int[] {0, 0});
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor qkv = random(5, tokens, width).requireGrad(true);
      Tensor gradient = random(6, tokens, heads * dHead);
      plain(qkv, heads, kvHeads, dHead, window, 0, 3).backward(gradient.narrow(0, 0, 3));
      plain(qkv, heads, kvHeads, dHead, window, 3, length).backward(gradient.narrow(0, 3, length));

      Tensor found = random(7, tokens, width);
      new AttentionGradients(attention)
          .run(rows, panel(qkv.detach()), panel(gradient), panel(found));
      assertClose(found, qkv.grad());
    }
  }

  /// `softmax(.3 q k^T) v` of one row with masks, head by head.
  private static Tensor plain(
      Tensor qkv, int heads, int kvHeads, int dHead, int window, int first, int length) {
    boolean[] hidden = new boolean[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        hidden[query * length + key] = key > query || (window > 0 && key <= query - window);
      }
    }
    Tensor mask = Tensors.ofBooleans(hidden, Device.CPU, length, length);
    java.util.List<Tensor> parts = new java.util.ArrayList<>();
    Tensor row = qkv.narrow(0, first, length);
    for (int head = 0; head < heads; head++) {
      int kv = head / (heads / kvHeads);
      Tensor q = row.narrow(1, (long) head * dHead, dHead);
      Tensor k = row.narrow(1, (long) (heads + kv) * dHead, dHead);
      Tensor v = row.narrow(1, (long) (heads + kvHeads + kv) * dHead, dHead);
      Tensor scores = q.matmul(k.transpose(0, 1)).multiply(0.3);
      parts.add(scores.maskedFill(mask, Double.NEGATIVE_INFINITY).softmax(-1).matmul(v));
    }
    return Tensors.concatenate(parts, 1);
  }
}
