package org.demur.tensor.kernel;

import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;

/// Element-wise steps of a block, each in one pass over memory.
///
/// Widths are multiples of [Kernels#lanes()].
public final class TokenLoops {
  /// Below this many numbers a second thread costs more than it saves.
  private static final long WORTH_SHARING = 1 << 14;

  private TokenLoops() {}

  static void each(int tokens, int width, IntConsumer body) {
    if ((long) tokens * width < WORTH_SHARING) {
      for (int token = 0; token < tokens; token++) {
        body.accept(token);
      }
      return;
    }
    int parts = Math.min(tokens, Team.size() * 4);
    Team.run(
        parts,
        part -> {
          int to = (int) ((long) tokens * (part + 1) / parts);
          for (int token = (int) ((long) tokens * part / parts); token < to; token++) {
            body.accept(token);
          }
        });
  }

  /// Root-mean-square norm: `x / sqrt(mean(x^2) + epsilon) * weight`.
  ///
  /// @param x columns from `offset`, `width` of them
  /// @param weight `[width]`
  /// @param out the same columns here; may be `x`
  public static void rmsNorm(
      Panel x, int offset, int tokens, float[] weight, double epsilon, Panel out) {
    int width = weight.length;
    each(tokens, width, token -> normalise(x, offset, token, weight, epsilon, out));
  }

  private static void normalise(
      Panel x, int offset, int token, float[] weight, double epsilon, Panel out) {
    int width = weight.length;
    float[] lanes = Lanes.scratch();
    FloatVector sum = Lanes.zero();
    for (int i = 0; i < width; i += Lanes.COUNT) {
      FloatVector v = x.load(token, offset + i);
      sum = v.fma(v, sum);
    }
    float scale = (float) (1 / Math.sqrt(Lanes.sum(sum, lanes) / width + epsilon));
    for (int i = 0; i < width; i += Lanes.COUNT) {
      FloatVector v = x.load(token, offset + i).mul(scale).mul(Lanes.of(weight, i));
      out.store(v, token, offset + i);
    }
  }

  /// The norm of each head on its own, in place.
  ///
  /// @param offset column of the first head
  /// @param weight `[dHead]`
  public static void headNorms(
      Panel x, int offset, int heads, int tokens, float[] weight, double epsilon) {
    each(
        tokens,
        heads * weight.length,
        token -> {
          for (int head = 0; head < heads; head++) {
            normalise(x, offset + head * weight.length, token, weight, epsilon, x);
          }
        });
  }

  /// Adds a vector to columns of every token.
  public static void addBias(Panel x, int offset, int tokens, float[] bias) {
    each(
        tokens,
        bias.length,
        token -> {
          for (int i = 0; i < bias.length; i += Lanes.COUNT) {
            x.store(x.load(token, offset + i).add(Lanes.of(bias, i)), token, offset + i);
          }
        });
  }

  /// `sum += scale * x`.
  public static void accumulate(Panel sum, Panel x, int tokens, int width, float scale) {
    FloatVector factor = Lanes.all(scale);
    each(
        tokens,
        width,
        token -> {
          for (int i = 0; i < width; i += Lanes.COUNT) {
            sum.store(x.load(token, i).fma(factor, sum.load(token, i)), token, i);
          }
        });
  }

  /// `out = scale * x`, in another type where `out` has one.
  public static void copy(Panel x, Panel out, int tokens, int width, float scale) {
    each(
        tokens,
        width,
        token -> {
          for (int i = 0; i < width; i += Lanes.COUNT) {
            FloatVector v = x.load(token, i);
            out.store(scale == 1 ? v : v.mul(scale), token, i);
          }
        });
  }

  /// Copies a few numbers of one token to the start of a row of another panel.
  public static void move(Panel from, int token, int column, Panel to, int row, int width) {
    for (int i = 0; i < width; i += Lanes.COUNT) {
      to.store(from.load(token, column + i), row, i);
    }
  }

  /// Non-linearity of a gate.
  public enum Gate {
    /// `x * sigmoid(x)`.
    SILU,
    /// Gaussian error linear unit, tanh approximation.
    GELU_TANH
  }

  private static final float GELU_INNER = 0.044715f;
  private static final float GELU_OUTER = (float) Math.sqrt(2 / Math.PI);

  /// `out = gate(x[:, :width]) * x[:, width:]`.
  public static void gated(Gate gate, Panel x, int tokens, int width, Panel out) {
    each(
        tokens,
        2 * width,
        token -> {
          for (int i = 0; i < width; i += Lanes.COUNT) {
            FloatVector v = x.load(token, i);
            FloatVector up = x.load(token, width + i);
            FloatVector open = gate == Gate.SILU ? silu(v) : gelu(v);
            out.store(open.mul(up), token, i);
          }
        });
  }

  private static FloatVector silu(FloatVector v) {
    return v.div(Lanes.exp(v.neg()).add(1));
  }

  private static FloatVector gelu(FloatVector v) {
    FloatVector cubic = v.mul(v).mul(v).mul(GELU_INNER).add(v).mul(GELU_OUTER);
    // (1 + tanh(c)) / 2 is the logistic function of 2 c
    return v.div(Lanes.exp(cubic.mul(-2)).add(1));
  }

  /// Rotary embedding of heads that lie next to each other, in place: pairs of coordinates half a
  /// rotated width apart.
  ///
  /// @param width rotated coordinates of a head
  /// @param cos `[tokens, width]`
  /// @param sin `[tokens, width]`
  public static void rotate(
      Panel x, int heads, int dHead, int tokens, int width, float[] cos, float[] sin) {
    int half = width / 2;
    each(
        tokens,
        heads * dHead,
        token -> {
          for (int head = 0; head < heads; head++) {
            int first = head * dHead;
            if (half % Lanes.COUNT == 0) {
              turn(x, token, first, half, cos, sin, token * width);
            } else {
              turnSingly(x, token, first, half, cos, sin, token * width);
            }
          }
        });
  }

  private static void turn(
      Panel x, int token, int first, int half, float[] cos, float[] sin, int angle) {
    for (int i = 0; i < half; i += Lanes.COUNT) {
      FloatVector c = Lanes.of(cos, angle + i);
      FloatVector s = Lanes.of(sin, angle + i);
      FloatVector a = x.load(token, first + i);
      FloatVector b = x.load(token, first + half + i);
      x.store(a.mul(c).sub(b.mul(s)), token, first + i);
      x.store(b.mul(c).add(a.mul(s)), token, first + half + i);
    }
  }

  private static void turnSingly(
      Panel x, int token, int first, int half, float[] cos, float[] sin, int angle) {
    for (int i = 0; i < half; i++) {
      long at = x.at(token, first + i);
      long to = x.at(token, first + half + i);
      float a = x.memory().get(Numbers.FLOAT, at);
      float b = x.memory().get(Numbers.FLOAT, to);
      float c = cos[angle + i];
      float s = sin[angle + i];
      x.memory().set(Numbers.FLOAT, at, a * c - b * s);
      x.memory().set(Numbers.FLOAT, to, b * c + a * s);
    }
  }
}
