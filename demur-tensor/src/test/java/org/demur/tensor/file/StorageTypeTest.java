package org.demur.tensor.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StorageTypeTest {
  @Test
  void sizesOfBlocksAreThoseOfGgml() {
    assertThat(StorageType.Q4_1.byteSize(576 * 1536)).isEqualTo(552_960);
    assertThat(StorageType.Q8_0.byteSize(576L * 49_152)).isEqualTo(30_081_024);
    assertThat(StorageType.Q6_K.byteSize(256)).isEqualTo(210);
    assertThat(StorageType.BF16.byteSize(3)).isEqualTo(6);
  }

  @Test
  void partsOfABlockHaveNoSize() {
    assertThatThrownBy(() -> StorageType.Q4_K.byteSize(128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("128 elements are no multiple of the block of 256 of Q4_K");
  }

  @Test
  void everyGgmlNumberIsUsedOnceAndFound() {
    Set<Integer> seen = new HashSet<>();
    Arrays.stream(StorageType.values())
        .filter(type -> type.ggmlId().isPresent())
        .forEach(
            type -> {
              int id = type.ggmlId().orElseThrow();
              assertThat(seen.add(id)).isTrue();
              assertThat(StorageType.ofGgmlId(id)).hasValue(type);
            });
    assertThat(seen).hasSize(StorageType.values().length - 2);
    assertThat(StorageType.ofGgmlId(-1)).isEmpty();
    assertThat(StorageType.ofGgmlId(9)).isEmpty();
    assertThat(StorageType.BOOL.ggmlId()).isEqualTo(Optional.empty());
  }

  @Test
  void safetensorsKnowsPlainTypesOnly() {
    assertThat(StorageType.ofSafetensorsName("BF16")).hasValue(StorageType.BF16);
    assertThat(StorageType.ofSafetensorsName("Q4_0")).isEmpty();
    assertThat(StorageType.ofSafetensorsName("bf16")).isEmpty();
    assertThat(StorageType.I64.inSafetensors()).isTrue();
    assertThat(StorageType.Q8_0.inSafetensors()).isFalse();
    assertThat(StorageType.Q8_0.isQuantized()).isTrue();
    assertThat(StorageType.BOOL.isQuantized()).isFalse();
  }
}
