package org.demur.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EightBitTest {
  @BeforeAll
  static void load() {
    Engine.load();
  }

  @Test
  void aNumberIsOffByAtMostHalfAStepOfItsBlock() {
    SplittableRandom random = new SplittableRandom(5);
    float[] numbers = new float[3 * 64];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) ((random.nextDouble() - 0.5) * (i / 32 + 1));
    }
    try (Scope scope = Scope.open()) {
      Tensor blocks = EightBit.of(Tensors.ofFloats(numbers, Device.CPU, 3, 64));
      assertThat(blocks.shape()).isEqualTo(List.of(3L, 68L));
      assertThat(EightBit.columns(blocks)).isEqualTo(64);
      assertThat(EightBit.finite(blocks)).isTrue();
      float[] found = EightBit.widened(blocks).toFloats();
      for (int block = 0; block < numbers.length / 32; block++) {
        float largest = 0;
        for (int i = block * 32; i < block * 32 + 32; i++) {
          largest = Math.max(largest, Math.abs(numbers[i]));
        }
        for (int i = block * 32; i < block * 32 + 32; i++) {
          // half a step, and the rounding of the scale itself to half precision
          assertThat(Math.abs(found[i] - numbers[i]))
              .isLessThan(largest / 127 * 0.5f + largest / 1024);
        }
      }
    }
  }

  @Test
  void zerosStayZeros() {
    try (Scope scope = Scope.open()) {
      Tensor blocks = EightBit.of(Tensors.zeros(DType.FLOAT32, Device.CPU, 2, 32));
      assertThat(EightBit.widened(blocks).toFloats()).containsOnly(0f);
    }
  }

  @Test
  void rowsOfBrokenBlocksAreRefused() {
    try (Scope scope = Scope.open()) {
      Tensor odd = Tensors.zeros(DType.FLOAT32, Device.CPU, 2, 40);
      assertThatThrownBy(() -> EightBit.of(odd))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("blocks of 32")
          .hasMessageContaining("40");
    }
  }
}
