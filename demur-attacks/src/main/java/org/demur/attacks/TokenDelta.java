package org.demur.attacks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Target;

/// One vector per touched token of a row, added to what enters a block; zero at first.
///
/// **Shapes.** `[touched token, dModel]`.
final class TokenDelta {
  private final List<Integer> positions;
  private final int width;
  private final float[] values;

  /// @param positions of the touched tokens in their row, rising
  /// @throws AttackException with `PLAN` when there is none, or they do not rise from 0 on
  TokenDelta(List<Integer> positions, int width) {
    boolean rising =
        IntStream.range(0, positions.size())
            .allMatch(i -> positions.get(i) > (i == 0 ? -1 : positions.get(i - 1)));
    if (positions.isEmpty() || !rising) {
      throw new AttackException(
          ErrorCode.PLAN,
          "tokens at positions %s are to be perturbed; at least one is needed, rising from 0 on"
              .formatted(positions));
    }
    this.positions = List.copyOf(positions);
    this.width = width;
    this.values = new float[positions.size() * width];
  }

  float[] values() {
    return values;
  }

  int tokens() {
    return positions.size();
  }

  /// The edit that adds the vectors of the first touched tokens.
  ///
  /// @param tokens how many; fewer than all where a row ends before the others
  Intervention addedTo(int block, int tokens) {
    Target target =
        Target.everywhere(HookSite.RESID_PRE)
            .inLayers(block)
            .at(new Positions.Explicit(positions.subList(0, tokens)));
    float[] first = Arrays.copyOf(values, tokens * width);
    return new ActivationAddition(target, LayerVectors.perLayer(width, first), 1, true);
  }

  /// Adds the gradient of the touched tokens to `sum`.
  ///
  /// @param gradient of all tokens of a row, `[position, dModel]`
  void gather(float[] gradient, float[] sum) {
    for (int token = 0; token < positions.size(); token++) {
      int from = positions.get(token) * width;
      if (from < gradient.length) {
        for (int i = 0; i < width; i++) {
          sum[token * width + i] += gradient[from + i];
        }
      }
    }
  }

  /// Shortens vectors that are longer than a radius to it.
  void clip(double radius) {
    for (int token = 0; token < positions.size(); token++) {
      double length = length(token);
      if (length > radius) {
        for (int i = token * width; i < (token + 1) * width; i++) {
          values[i] = (float) (values[i] * (radius / length));
        }
      }
    }
  }

  /// Length of the longest vector.
  double greatestLength() {
    return IntStream.range(0, positions.size()).mapToDouble(this::length).max().orElse(0);
  }

  private double length(int token) {
    double square = 0;
    for (int i = token * width; i < (token + 1) * width; i++) {
      square += (double) values[i] * values[i];
    }
    return Math.sqrt(square);
  }
}
