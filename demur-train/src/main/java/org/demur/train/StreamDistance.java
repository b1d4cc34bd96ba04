package org.demur.train;

import org.demur.tensor.Tensor;

/// How far residual streams of two passes are from each other, with the gradient by the first.
///
/// **Shapes.** `[token, dModel]`; tensors belong to the innermost scope.
///
/// @param sum over the tokens
/// @param gradient of the sum
record StreamDistance(double sum, Tensor gradient) {
  /// A difference below this share of a vector's length is rounding and has no direction.
  private static final double ROUNDING = 1e-6;

  /// Keeps lengths from zero.
  private static final double LEAST = 1e-12;

  /// Lengths of the differences.
  static StreamDistance lengths(Tensor on, Tensor off) {
    Tensor difference = on.subtract(off);
    Tensor lengths = length(difference);
    Tensor bound = length(off).multiply(ROUNDING);
    Tensor counts = lengths.subtract(bound).greaterThan(0);
    Tensor inverse = lengths.add(LEAST).square().rsqrt().maskedFill(counts.logicalNot(), 0);
    return new StreamDistance(lengths.sum().item(), difference.multiply(inverse));
  }

  /// Cosines, those below zero counting as zero.
  static StreamDistance cosines(Tensor on, Tensor off) {
    Tensor onInverse = length(on).add(LEAST).square().rsqrt();
    Tensor offInverse = length(off).add(LEAST).square().rsqrt();
    Tensor onUnit = on.multiply(onInverse);
    Tensor offUnit = off.multiply(offInverse);
    Tensor cosines = onUnit.multiply(offUnit).sum(1, true);
    Tensor below = cosines.greaterThan(0).logicalNot();
    // d cos / d on = (off/|off| - cos on/|on|) / |on|
    Tensor gradient =
        offUnit.subtract(onUnit.multiply(cosines)).multiply(onInverse).maskedFill(below, 0);
    return new StreamDistance(cosines.maskedFill(below, 0).sum().item(), gradient);
  }

  private static Tensor length(Tensor vectors) {
    return vectors.square().sum(1, true).sqrt();
  }
}
