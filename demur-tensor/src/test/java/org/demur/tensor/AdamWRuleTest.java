package org.demur.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamWRuleTest {
  private static Tensor floats(float... values) {
    return Tensors.ofFloats(values, Device.CPU, values.length);
  }

  @Test
  void theFirstStepsFollowTheFormula() {
    AdamWRule rule = new AdamWRule(0.8, 0.9, 1e-3, 0.1);
    try (Scope scope = Scope.open()) {
      AdamWRule.Trained parameter =
          new AdamWRule.Trained(floats(1, -2), floats(0, 0), floats(0, 0));
      double[] value = {1, -2};
      double[] first = {0, 0};
      double[] second = {0, 0};
      for (int step = 1; step <= 3; step++) {
        float[] gradient = {0.5f * step, -0.25f};
        rule.apply(parameter, floats(gradient), 0.1, step);
        for (int i = 0; i < 2; i++) {
          first[i] = 0.8 * first[i] + 0.2 * gradient[i];
          second[i] = 0.9 * second[i] + 0.1 * gradient[i] * gradient[i];
          double divisor = Math.sqrt(second[i] / (1 - Math.pow(0.9, step))) + 1e-3;
          value[i] = 0.99 * value[i] - 0.1 * first[i] / (1 - Math.pow(0.8, step)) / divisor;
        }
      }
      float[] trained = parameter.value().toFloats();
      assertThat((double) trained[0]).isCloseTo(value[0], within(1e-6));
      assertThat((double) trained[1]).isCloseTo(value[1], within(1e-6));
    }
  }

  @Test
  void aMarkedLeafCanBeChangedAndStaysALeaf() {
    try (Scope scope = Scope.open()) {
      Tensor leaf = floats(1).requireGrad(true);
      AdamWRule.STANDARD.apply(
          new AdamWRule.Trained(leaf, floats(0), floats(0)), floats(1), 0.5, 1);
      assertThat(leaf.item()).isCloseTo(1 * (1 - 0.005) - 0.5, within(1e-6));
      leaf.square().sum().backward();
      assertThat(leaf.grad().item()).isCloseTo(2 * leaf.item(), within(1e-6));
    }
  }

  @Test
  void numbersOutsideOfTheirRangeAreNamed() {
    assertThatThrownBy(() -> new AdamWRule(1, 0.9, 1e-8, 0))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("beta1 1.0");
  }

  @Test
  void aGradientGivenFromOutsideIsCarriedOn() {
    try (Scope scope = Scope.open()) {
      Tensor x = floats(2, 3).requireGrad(true);
      x.square().backward(floats(10, 1));
      assertThat(x.grad().toFloats()).containsExactly(40, 6);
    }
  }

  @Test
  void dropoutDependsOnTheSeedAndKeepsTheMean() {
    try (Scope scope = Scope.open()) {
      Tensor ones = Tensors.zeros(DType.FLOAT32, Device.CPU, 10_000).add(1);
      Engine.seed(5);
      Tensor first = ones.dropout(0.25);
      Tensor second = ones.dropout(0.25);
      Engine.seed(5);
      assertThat(ones.dropout(0.25).bitEqual(first)).isTrue();
      assertThat(second.bitEqual(first)).isFalse();
      assertThat(first.mean().item()).isCloseTo(1, within(0.03));
    }
  }
}
