package org.demur.model.decoder;

import java.util.List;
import org.demur.model.config.RopeSpec;
import org.demur.tensor.Device;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Cosines and sines of the positions of some tokens, for one rotary embedding.
///
/// Angles are rounded to single precision as the reference does, so that long rows agree.
///
/// **Shapes**: angles `[token, 1, rotaryWidth]`, heads `[token, head, dHead]`.
final class Rotary {
  private final RopeSpec spec;
  private final Tensor cos;
  private final Tensor sin;

  private Rotary(RopeSpec spec, Tensor cos, Tensor sin) {
    this.spec = spec;
    this.cos = cos;
    this.sin = sin;
  }

  /// For tokens at `positions`, of rows that are `rowLengths` tokens long (one entry per token).
  static Rotary of(RopeSpec spec, int[] positions, int[] rowLengths, Device device) {
    int width = spec.rotaryWidth();
    float[] cos = new float[positions.length * width];
    float[] sin = new float[positions.length * width];
    int known = -1;
    float[] frequencies = {};
    for (int token = 0; token < positions.length; token++) {
      if (known != rowLengths[token] && (known < 0 || spec.dependsOnLength())) {
        known = rowLengths[token];
        frequencies = rounded(spec.frequencies(known));
      }
      fill(cos, sin, token * width, positions[token], frequencies, spec.attentionFactor());
    }
    return new Rotary(
        spec,
        Tensors.ofFloats(cos, device, positions.length, 1, width),
        Tensors.ofFloats(sin, device, positions.length, 1, width));
  }

  private static float[] rounded(double[] frequencies) {
    float[] single = new float[frequencies.length];
    for (int pair = 0; pair < single.length; pair++) {
      single[pair] = (float) frequencies[pair];
    }
    return single;
  }

  private static void fill(
      float[] cos, float[] sin, int offset, int position, float[] frequencies, double factor) {
    int half = frequencies.length;
    for (int pair = 0; pair < half; pair++) {
      float angle = position * frequencies[pair];
      float c = (float) (Math.cos(angle) * factor);
      float s = (float) (Math.sin(angle) * factor);
      cos[offset + pair] = c;
      cos[offset + half + pair] = c;
      sin[offset + pair] = s;
      sin[offset + half + pair] = s;
    }
  }

  /// Rotates the first coordinates of every head, `[..., dHead]`; the others pass unchanged.
  Tensor rotate(Tensor heads) {
    int width = spec.rotaryWidth();
    long dHead = heads.size(-1);
    if (width == dHead) {
      return Tensors.rotateHalves(heads, cos, sin);
    }
    Tensor turned = Tensors.rotateHalves(heads.narrow(-1, 0, width), cos, sin);
    return Tensors.concatenate(List.of(turned, heads.narrow(-1, width, dHead - width)), -1);
  }
}
