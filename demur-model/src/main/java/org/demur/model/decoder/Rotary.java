package org.demur.model.decoder;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.demur.model.config.RopeSpec;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/// Cosines and sines of the positions of some tokens, for one rotary embedding.
///
/// Angles are rounded to single precision as the reference does, so that long rows agree.
///
/// **Shapes**: angles `[token, 1, rotaryWidth]`, heads `[token, head, dHead]`.
final class Rotary {
  private final RopeSpec spec;
  private final Scope pass;
  private final Device device;
  private final float[] cosTable;
  private final float[] sinTable;
  private float[] oppositeSin = {};
  private @Nullable Tensor cos;
  private @Nullable Tensor sin;

  private Rotary(RopeSpec spec, Scope pass, Device device, float[] cos, float[] sin) {
    this.spec = spec;
    this.pass = pass;
    this.device = device;
    this.cosTable = cos;
    this.sinTable = sin;
  }

  /// For tokens at `positions`, of rows that are `rowLengths` tokens long (one entry per token).
  ///
  /// @param pass owns the tensors of a pass that needs them
  static Rotary of(RopeSpec spec, int[] positions, int[] rowLengths, Scope pass, Device device) {
    int width = spec.rotaryWidth();
    float[] cos = new float[positions.length * width];
    float[] sin = new float[positions.length * width];
    int known = -1;
    float[] frequencies = {};
    Map<Integer, Integer> seen = new HashMap<>();
    for (int token = 0; token < positions.length; token++) {
      Integer same = spec.dependsOnLength() ? null : seen.putIfAbsent(positions[token], token);
      if (same != null) {
        System.arraycopy(cos, same * width, cos, token * width, width);
        System.arraycopy(sin, same * width, sin, token * width, width);
        continue;
      }
      if (known != rowLengths[token] && (known < 0 || spec.dependsOnLength())) {
        known = rowLengths[token];
        frequencies = rounded(spec.frequencies(known));
      }
      fill(cos, sin, token * width, positions[token], frequencies, spec.attentionFactor());
    }
    return new Rotary(spec, pass, device, cos, sin);
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

  /// Coordinates of a head that are rotated.
  int width() {
    return spec.rotaryWidth();
  }

  /// Cosines, `[token, width]`.
  float[] cosTable() {
    return cosTable;
  }

  /// Sines, `[token, width]`.
  float[] sinTable() {
    return sinTable;
  }

  /// Cosines of some tokens, `[some, width]`.
  float[] cosTable(int... some) {
    return rows(cosTable, some);
  }

  /// Sines of some tokens, `[some, width]`.
  float[] sinTable(int... some) {
    return rows(sinTable, some);
  }

  private float[] rows(float[] table, int... some) {
    int width = spec.rotaryWidth();
    float[] rows = new float[some.length * width];
    for (int i = 0; i < some.length; i++) {
      System.arraycopy(table, some[i] * width, rows, i * width, width);
    }
    return rows;
  }

  /// Sines of the opposite rotation, `[token, width]`.
  float[] oppositeSinTable() {
    if (oppositeSin.length == 0) {
      oppositeSin = sinTable.clone();
      for (int i = 0; i < oppositeSin.length; i++) {
        oppositeSin[i] = -oppositeSin[i];
      }
    }
    return oppositeSin;
  }

  /// Rotates the first coordinates of every head, `[..., dHead]`; the others pass unchanged.
  Tensor rotate(Tensor heads) {
    int width = spec.rotaryWidth();
    long dHead = heads.size(-1);
    if (cos == null || sin == null) {
      cos = pass.adopt(Tensors.ofFloats(cosTable, device, heads.size(0), 1, width));
      sin = pass.adopt(Tensors.ofFloats(sinTable, device, heads.size(0), 1, width));
    }
    if (width == dHead) {
      return Tensors.rotateHalves(heads, cos, sin);
    }
    Tensor turned = Tensors.rotateHalves(heads.narrow(-1, 0, width), cos, sin);
    return Tensors.concatenate(List.of(turned, heads.narrow(-1, width, dHead - width)), -1);
  }
}
