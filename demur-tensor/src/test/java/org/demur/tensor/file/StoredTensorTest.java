package org.demur.tensor.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;

class StoredTensorTest {
  @Test
  void rowsAreTheLastAxis() {
    StoredTensor tensor = tensor(StorageType.F16, List.of(2L, 3L, 5L), 60);
    assertThat(tensor.elementCount()).isEqualTo(30);
    assertThat(tensor.rowCount()).isEqualTo(6);
    assertThat(tensor.rowLength()).isEqualTo(5);
  }

  @Test
  void aSingleNumberIsOneRowOfOne() {
    StoredTensor tensor = tensor(StorageType.F64, List.of(), 8);
    assertThat(tensor.elementCount()).isEqualTo(1);
    assertThat(tensor.rowCount()).isEqualTo(1);
    assertThat(tensor.rowLength()).isEqualTo(1);
  }

  @Test
  void bytesOfAnotherSizeAreRefused() {
    assertThatThrownBy(() -> tensor(StorageType.F32, List.of(2L, 3L), 23))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(
            "weights.bin: tensor \"w\" of type F32 and shape [2, 3] takes 24 bytes, but has 23");
  }

  @Test
  void rowsOfPartialBlocksAreRefused() {
    assertThatThrownBy(() -> tensor(StorageType.Q4_0, List.of(2L, 48L), 54))
        .hasMessage(
            "weights.bin: tensor \"w\" has shape [2, 48], but rows of type Q4_0 must be a multiple"
                + " of its block of 32 elements");
  }

  @Test
  void sizesThatOverflowAreRefused() {
    long huge = 1L << 32;
    assertThatThrownBy(() -> tensor(StorageType.U8, List.of(huge, huge), 0))
        .hasMessageContaining("[4294967296, 4294967296], whose size does not fit into 63 bits");
    assertThatThrownBy(() -> tensor(StorageType.F64, List.of(1L << 61), 0))
        .hasMessageContaining("does not fit into 63 bits");
    assertThatThrownBy(() -> tensor(StorageType.U8, List.of(2L, -1L), 0))
        .hasMessageContaining("has shape [2, -1] with a negative axis");
    assertThatThrownBy(() -> tensor(StorageType.U8, Collections.nCopies(33, 1L), 1))
        .hasMessageContaining("has 33 axes; at most 32 are accepted");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearestOne() {
    try (TensorFile file = new OneTensor(tensor(StorageType.U8, List.of(1L), 1))) {
      assertThatThrownBy(() -> file.tensor("ww"))
          .isInstanceOfSatisfying(
              FileFormatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_WEIGHTS))
          .hasMessage(
              "weights.bin: there is no tensor \"ww\" among the 1 of this file; did you mean \"w\"?");
    }
  }

  private static StoredTensor tensor(StorageType type, List<Long> shape, int bytes) {
    return new StoredTensor("w", type, shape, MemorySegment.ofArray(new byte[bytes]), Blocks.FILE);
  }

  private record OneTensor(StoredTensor only) implements TensorFile {
    @Override
    public Path path() {
      return only.file();
    }

    @Override
    public SequencedMap<String, StoredTensor> tensors() {
      SequencedMap<String, StoredTensor> map = new TreeMap<>();
      map.put(only.name(), only);
      return map;
    }

    @Override
    public void close() {}
  }
}
