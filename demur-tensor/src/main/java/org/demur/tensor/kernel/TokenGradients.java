package org.demur.tensor.kernel;

import jdk.incubator.vector.FloatVector;

/// Gradients of the element-wise steps of [TokenLoops], each in one pass over memory.
///
/// Widths are multiples of [Kernels#lanes()].
public final class TokenGradients {
  private static final float GELU_INNER = 0.044715f;
  private static final float GELU_OUTER = (float) Math.sqrt(2 / Math.PI);

  private TokenGradients() {}

  /// Adds the gradient of the input of [TokenLoops#rmsNorm] to `sum`.
  ///
  /// With s the scale of a token, w the weight and g the gradient of the output: `s w g - x s^3
  /// mean(x w g)`.
  ///
  /// @param x the input
  /// @param weight `[width]`
  /// @param gradient of the output
  /// @param sum what is added to; may be `gradient` with `keep` 0
  /// @param keep factor of what `sum` held before: 1 adds, 0 overwrites
  public static void rmsNorm(
      Panel x, int tokens, float[] weight, double epsilon, Panel gradient, Panel sum, float keep) {
    TokenLoops.each(
        tokens, weight.length, token -> normalised(x, token, weight, epsilon, gradient, sum, keep));
  }

  private static void normalised(
      Panel x, int token, float[] weight, double epsilon, Panel gradient, Panel sum, float keep) {
    int width = weight.length;
    float[] lanes = Lanes.scratch();
    FloatVector squares = Lanes.zero();
    FloatVector along = Lanes.zero();
    for (int i = 0; i < width; i += Lanes.COUNT) {
      FloatVector v = x.load(token, i);
      squares = v.fma(v, squares);
      along = v.fma(gradient.load(token, i).mul(Lanes.of(weight, i)), along);
    }
    double scale = 1 / Math.sqrt(Lanes.sum(squares, lanes) / width + epsilon);
    float outer = (float) scale;
    float inner = (float) (-scale * scale * scale * Lanes.sum(along, lanes) / width);
    FloatVector kept = Lanes.all(keep);
    for (int i = 0; i < width; i += Lanes.COUNT) {
      FloatVector direct = gradient.load(token, i).mul(Lanes.of(weight, i)).mul(outer);
      FloatVector change = x.load(token, i).mul(inner).add(direct);
      sum.store(keep == 0 ? change : sum.load(token, i).fma(kept, change), token, i);
    }
  }

  /// Gradients of both inputs of [TokenLoops#gated], in their place.
  ///
  /// @param x `[token, 2 width]`: gate and up before, their gradients after
  /// @param gradient of the output, `[token, width]`
  public static void gated(TokenLoops.Gate gate, Panel x, int tokens, int width, Panel gradient) {
    TokenLoops.each(
        tokens,
        3 * width,
        token -> {
          for (int i = 0; i < width; i += Lanes.COUNT) {
            FloatVector v = x.load(token, i);
            FloatVector up = x.load(token, width + i);
            FloatVector g = gradient.load(token, i);
            if (gate == TokenLoops.Gate.SILU) {
              silu(x, token, i, width, v, up.mul(g), g);
            } else {
              gelu(x, token, i, width, v, up.mul(g), g);
            }
          }
        });
  }

  private static void silu(
      Panel x, int token, int i, int width, FloatVector v, FloatVector toGate, FloatVector g) {
    FloatVector open = Lanes.all(1).div(Lanes.exp(v.neg()).add(1));
    FloatVector value = v.mul(open);
    // sigmoid (1 + v (1 - sigmoid))
    FloatVector slope = open.add(value.mul(open.neg().add(1)));
    x.store(toGate.mul(slope), token, i);
    x.store(g.mul(value), token, width + i);
  }

  private static void gelu(
      Panel x, int token, int i, int width, FloatVector v, FloatVector toGate, FloatVector g) {
    FloatVector square = v.mul(v);
    FloatVector inside = square.mul(v).mul(GELU_INNER).add(v).mul(2 * GELU_OUTER);
    FloatVector open = Lanes.all(1).div(Lanes.exp(inside.neg()).add(1));
    FloatVector value = v.mul(open);
    FloatVector insideSlope = square.mul(3 * GELU_INNER).add(1).mul(2 * GELU_OUTER);
    FloatVector slope = open.add(value.mul(open.neg().add(1)).mul(insideSlope));
    x.store(toGate.mul(slope), token, i);
    x.store(g.mul(value), token, width + i);
  }
}
