package org.demur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.junit.jupiter.api.Test;

final class MachineTest {
  @Test
  void linuxSaysWhatTheProcessorCanDo() {
    Machine machine =
        Machine.of(
            List.of("model name\t: Some CPU", "flags\t\t: fpu avx2 avx512_bf16 avx512f"),
            4,
            OptionalLong.of(1));

    assertThat(machine.processor()).isEqualTo("Some CPU");
    assertThat(machine.instructions()).containsExactly("avx2", "avx512f", "avx512_bf16");
    assertThat(machine.multipliesBf16()).isTrue();
  }

  @Test
  void aSilentSystemIsUnknown() {
    Machine machine = Machine.of(List.of(), 1, OptionalLong.empty());

    assertThat(machine.processor()).isEqualTo("unknown");
    assertThat(machine.known()).isFalse();
    assertThat(machine.multipliesBf16()).isFalse();
  }

  @Test
  void peaksAreMeasured() {
    assertThat(MachinePeaks.matrixProduct(DType.FLOAT32, Device.CPU, 64, 64, 64)).isPositive();
    assertThat(MachinePeaks.reading(Device.CPU, 1 << 20)).isPositive();
  }

  @Test
  void memoryOfThisProcessIsKnown() {
    ResidentMemory.forgetPeak();

    assertThat(ResidentMemory.peak()).isGreaterThan(1 << 20);
  }
}
