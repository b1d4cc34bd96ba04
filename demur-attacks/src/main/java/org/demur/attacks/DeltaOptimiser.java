package org.demur.attacks;

import org.demur.tensor.AdamWRule;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// AdamW over the numbers of one perturbation, whose moments it keeps.
final class DeltaOptimiser {
  private final AdamWRule rule;
  private final float[] first;
  private final float[] second;
  private int steps;

  /// @param size numbers of the perturbation
  DeltaOptimiser(AdamWRule rule, int size) {
    this.rule = rule;
    this.first = new float[size];
    this.second = new float[size];
  }

  /// Takes one step.
  void step(float[] values, float[] gradient, double learningRate) {
    steps++;
    try (Scope scope = Scope.open()) {
      AdamWRule.Trained trained =
          new AdamWRule.Trained(tensor(values), tensor(first), tensor(second));
      rule.apply(trained, tensor(gradient), learningRate, steps);
      read(trained.value(), values);
      read(trained.first(), first);
      read(trained.second(), second);
    }
  }

  private static Tensor tensor(float... numbers) {
    return Tensors.ofFloats(numbers, Device.CPU, numbers.length);
  }

  private static void read(Tensor from, float[] into) {
    System.arraycopy(from.toFloats(), 0, into, 0, into.length);
  }
}
