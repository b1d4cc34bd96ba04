package org.demur.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Consumer;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorTest {
  private Scope scope = Scope.detached();

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor matrix() {
    return Tensors.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, Device.CPU, 2, 3);
  }

  private static void assertFails(ErrorCode code, Runnable action, String... parts) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            TensorException.class,
            (Consumer<TensorException>)
                e -> {
                  assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
                  assertThat(e.getMessage())
                      .doesNotContain("\n")
                      .doesNotContain("frame #")
                      .doesNotContain("Exception raised from");
                })
        .hasMessageContainingAll(parts);
  }

  @Test
  void shapesThatDoNotFitAreRefusedInOneSentenceWithBothShapes() {
    Tensor matrix = matrix();
    Tensor vector = Tensors.ofFloats(new float[] {1, 2}, Device.CPU, 2);

    assertFails(ErrorCode.TENSOR_SHAPE, () -> matrix.add(vector), "add [2, 3][2] failed");
    assertFails(ErrorCode.TENSOR_SHAPE, () -> matrix.matmul(matrix), "matmul [2, 3][2, 3] failed");
    assertFails(ErrorCode.TENSOR_SHAPE, () -> matrix.linear(vector.unsqueeze(0)), "linear [2, 3]");
    assertFails(ErrorCode.TENSOR_SHAPE, () -> matrix.reshape(4, 2), "[4, 2]");
    assertFails(ErrorCode.TENSOR_SHAPE, () -> matrix.narrow(1, 2, 5), "narrow [2, 3] failed");
    assertFails(
        ErrorCode.TENSOR_SHAPE,
        () -> Tensors.concatenate(List.of(matrix, vector), 0),
        "concatenate failed");
    assertFails(
        ErrorCode.TENSOR_SHAPE,
        () -> Tensors.ofFloats(new float[5], Device.CPU, 2, 3),
        "5 values do not fill a tensor of shape [2, 3], which takes 6");
  }

  @Test
  void otherFailuresOfTheLibraryAreTranslatedToo() {
    Tensor index = Tensors.ofInts(new int[] {7}, Device.CPU);

    assertThatThrownBy(() -> matrix().indexSelect(0, index))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("indexSelect [2, 3] failed: ");
    assertThatThrownBy(() -> matrix().backward())
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("backward failed: ");
    assertThatThrownBy(() -> Tensors.topK(matrix(), 4))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("topK [2, 3] failed: ");
  }

  @Test
  void numbersGoInAndOutUnchanged() {
    Tensor matrix = matrix();

    assertThat(matrix.shape()).containsExactly(2L, 3L);
    assertThat(matrix.rank()).isEqualTo(2);
    assertThat(matrix.size(-1)).isEqualTo(3);
    assertThat(matrix.elementCount()).isEqualTo(6);
    assertThat(matrix.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(matrix.device()).isEqualTo(Device.CPU);
    assertThat(matrix.transpose(0, 1).toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(matrix.to(DType.INT64).toLongs()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Tensors.ofDoubles(new double[] {0.1}, Device.CPU, 1).toDoubles())
        .containsExactly(0.1);
    assertThat(Tensors.range(3, 6, Device.CPU).toLongs()).containsExactly(3, 4, 5);
    assertThat(Tensors.ofBooleans(new boolean[] {true, false}, Device.CPU, 2).toLongs())
        .containsExactly(1, 0);
    assertThat(matrix.to(DType.BFLOAT16).toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void operationsComputeWhatTheyAreNamedFor() {
    Tensor x = matrix();

    assertThat(x.matmul(x.transpose(0, 1)).toFloats()).containsExactly(14, 32, 32, 77);
    assertThat(x.linear(x).toFloats()).containsExactly(14, 32, 32, 77);
    assertThat(x.sum(-1, false).toFloats()).containsExactly(6, 15);
    assertThat(x.mean(0, true).shape()).containsExactly(1L, 3L);
    assertThat(x.argmax(-1).toLongs()).containsExactly(2, 2);
    assertThat(x.softmax(-1).sum(-1, false).toFloats())
        .containsExactly(new float[] {1, 1}, within(1e-6f));
    assertThat(x.logSoftmax(-1).toFloats()[2]).isCloseTo(-0.407606f, within(1e-6f));
    assertThat(x.silu().toFloats()[0]).isCloseTo(0.7310586f, within(1e-6f));
    assertThat(x.gelu(false).toFloats()[0]).isCloseTo(0.8413447f, within(1e-6f));
    assertThat(x.gelu(true).toFloats()[0]).isCloseTo(0.841192f, within(1e-6f));
    assertThat(x.square().sqrt().toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Tensors.topK(x, 2).values().toFloats()).containsExactly(3, 2, 6, 5);
    assertThat(Tensors.topK(x, 2).indices().toLongs()).containsExactly(2, 1, 2, 1);
    assertThat(x.greaterThan(4).toLongs()).containsExactly(0, 0, 0, 0, 1, 1);
    assertThat(x.maskedFill(x.equalTo(2), -9).toFloats()).containsExactly(1, -9, 3, 4, 5, 6);
    assertThat(x.gather(1, Tensors.ofLongs(new long[] {2, 0}, Device.CPU, 2, 1)).toFloats())
        .containsExactly(3, 4);
    assertThat(Tensors.stack(List.of(x, x), 0).shape()).containsExactly(2L, 2L, 3L);
  }

  @Test
  void halvesAreRotatedAgainstEachOther() {
    Tensor x = Tensors.ofFloats(new float[] {1, 2, 3, 4}, Device.CPU, 1, 4);
    Tensor zero = Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 4);
    Tensor one = zero.add(1);

    assertThat(Tensors.rotateHalves(x, zero, one).toFloats()).containsExactly(-3, -4, 1, 2);
    assertThat(Tensors.rotateHalves(x, one, zero).toFloats()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void valuesThatAreNotFiniteAreFound() {
    Tensor broken = Tensors.ofFloats(new float[] {1, Float.NaN}, Device.CPU, 2);

    assertThat(matrix().allFinite()).isTrue();
    assertThat(broken.allFinite()).isFalse();
    assertThat(broken.isFinite().logicalNot().toLongs()).containsExactly(0, 1);
  }

  @Test
  void equalityIsToTheLastBitAndOfTheSameShape() {
    Tensor x = matrix();

    assertThat(x.bitEqual(x.copy())).isTrue();
    assertThat(x.bitEqual(x.add(1e-6))).isFalse();
    assertThat(x.bitEqual(x.reshape(3, 2))).isFalse();
    assertThat(x.bitEqual(x.to(DType.FLOAT64))).isFalse();
  }

  @Test
  void changesInPlaceReachViewsAndNotCopies() {
    Tensor x = matrix();
    Tensor view = x.select(0, 1);
    Tensor copy = x.copy();

    x.accumulate(Tensors.ofFloats(new float[] {10}, Device.CPU, 1));
    x.assignAt(
        Tensors.ofInts(new int[] {0}, Device.CPU),
        Tensors.ofFloats(new float[] {7, 8, 9}, Device.CPU, 1, 3));

    assertThat(view.toFloats()).containsExactly(14, 15, 16);
    assertThat(x.toFloats()).containsExactly(7, 8, 9, 14, 15, 16);
    assertThat(copy.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void gradientsAreRecordedOnlyWhereTheyAreOn() {
    Tensor x = matrix().requireGrad(true);
    try (Autograd off = Autograd.off()) {
      assertThat(x.square().requiresGrad()).isFalse();
      try (Autograd on = Autograd.on()) {
        assertThat(x.square().requiresGrad()).isTrue();
      }
      assertThat(x.square().requiresGrad()).isFalse();
    }
    try (Autograd on = Autograd.on()) {
      x.square().sum().backward();
      x.sum().backward();
    }
    assertThat(x.grad().toFloats()).containsExactly(3, 5, 7, 9, 11, 13);
    assertThat(x.detach().requiresGrad()).isFalse();

    Tensor kept = x.grad();
    x.clearGrad();
    assertThat(kept.toFloats()).startsWith(3, 5);
    assertThat(x.grad().toFloats()).containsOnly(0);
  }

  @Test
  void typesAndDevicesAreReadByTheirNames() {
    assertThat(DType.ofLabel("bf16")).isEqualTo(DType.BFLOAT16);
    assertThat(DType.ofLabel("fp32").bytes()).isEqualTo(4);
    assertFails(
        ErrorCode.USAGE,
        () -> DType.ofLabel("fp8"),
        "unknown dtype \"fp8\"; known: fp32, bf16, fp16");
    assertThat(Device.parse("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
    for (String text : List.of("gpu", "CPU", "cuda:", "cuda:-1", "cuda:1000", "")) {
      assertFails(
          ErrorCode.USAGE,
          () -> Device.parse(text),
          "unknown device \"" + text + "\"; accepted are cpu, cuda and cuda:N");
    }
    assertFails(
        ErrorCode.USAGE,
        () -> Device.parse("cuda:99"),
        "device cuda:99 asked for, but this installation sees");
  }

  @Test
  void theEngineSaysWhatItIs() {
    Engine.load();

    assertThat(Engine.version()).contains("2.10.0");
    assertThat(Engine.threads()).isPositive();
    assertThat(Engine.residentBytes()).isGreaterThan(50L << 20);
    assertFails(ErrorCode.USAGE, () -> Engine.setThreads(0), "at least 1, got 0");
  }
}
