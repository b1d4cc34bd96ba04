package org.demur.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder = Path.of("unset");

  private Path target() {
    return folder.resolve("out.safetensors");
  }

  @Test
  void whatIsWrittenIsRead() {
    new SafetensorsWriter(target())
        .metadata("format", "pt")
        .add("matrix", List.of(2L, 3L), 1, 2, 3, 4, 5, 6)
        .add("ids", List.of(2L), 7L, -8L)
        .add("single", List.of(), 9f)
        .add("empty", List.of(0L, 4L), new float[0])
        .add("bytes", StorageType.U8, List.of(3L), MemorySegment.ofArray(new byte[] {1, 2, 3}))
        .write();
    try (SafetensorsFile file = SafetensorsFile.open(target())) {
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(file.tensors()).hasSize(5);
      assertThat(file.tensor("matrix").shape()).containsExactly(2L, 3L);
      assertThat(Dequantizer.toFloat32(file.tensor("matrix"))).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.tensor("ids").type()).isEqualTo(StorageType.I64);
      assertThat(Dequantizer.toFloat32(file.tensor("ids"))).containsExactly(7, -8);
      assertThat(Dequantizer.toFloat32(file.tensor("single"))).containsExactly(9);
      assertThat(file.tensor("empty").elementCount()).isZero();
      assertThat(Dequantizer.toFloat32(file.tensor("bytes"))).containsExactly(1, 2, 3);
      assertThat(file.path()).isEqualTo(target());
    }
  }

  @Test
  void widerTypesComeFirstThenNamesAndTheDataStartAligned() throws IOException {
    new SafetensorsWriter(target())
        .add("a", StorageType.U8, List.of(1L), MemorySegment.ofArray(new byte[1]))
        .add("z", List.of(1L), 1f)
        .add("b", List.of(1L), 2f)
        .add("m", List.of(1L), 3L)
        .add("h", StorageType.BF16, List.of(1L), MemorySegment.ofArray(new byte[2]))
        .write();
    try (SafetensorsFile file = SafetensorsFile.open(target())) {
      assertThat(file.tensors().sequencedKeySet()).containsExactly("m", "b", "z", "h", "a");
    }
    byte[] bytes = Files.readAllBytes(target());
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(new String(bytes, 8, 60, StandardCharsets.US_ASCII))
        .startsWith("{\"m\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},\"b\"");
  }

  @Test
  void namesMayHoldAnyText() {
    String name = "weiß \"quoted\" \\ \n \uD83D\uDE00";
    new SafetensorsWriter(target()).add(name, List.of(1L), 1f).write();
    try (SafetensorsFile file = SafetensorsFile.open(target())) {
      assertThat(file.tensors()).containsKey(name);
    }
  }

  @Test
  void moreThanOneChunkIsCopied() {
    byte[] large = new byte[(5 << 20) + 3];
    large[5 << 20] = 42;
    new SafetensorsWriter(target())
        .add("a", StorageType.U8, List.of((long) large.length), MemorySegment.ofArray(large))
        .write();
    try (SafetensorsFile file = SafetensorsFile.open(target())) {
      assertThat(file.tensor("a").bytes().mismatch(MemorySegment.ofArray(large))).isEqualTo(-1);
    }
  }

  @Test
  void contradictionsAreRefusedBeforeAnythingIsWritten() {
    SafetensorsWriter writer = new SafetensorsWriter(target()).add("a", List.of(1L), 1f);
    assertThatThrownBy(() -> writer.add("a", List.of(1L), 1f))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the tensor name \"a\" is already taken");
    assertThatThrownBy(() -> writer.add("__metadata__", List.of(1L), 1f))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.add("b", List.of(2L), 1f))
        .isInstanceOf(FileFormatException.class)
        .hasMessageContaining("takes 8 bytes, but has 4");
    MemorySegment block = MemorySegment.ofArray(new byte[18]);
    assertThatThrownBy(() -> writer.add("q", StorageType.Q4_0, List.of(32L), block))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor \"q\" has type Q4_0, which safetensors cannot hold");
    assertThat(target()).doesNotExist();
  }

  @Test
  @Tag("parity")
  void aFileOfTheReferenceImplementationIsWrittenAgainByteForByte() throws IOException {
    Path reference = SharedFixtures.require("fixtures/families/llama/model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(reference)) {
      SafetensorsWriter writer = new SafetensorsWriter(target());
      file.metadata().forEach(writer::metadata);
      for (StoredTensor tensor : file.tensors().sequencedValues().reversed()) {
        writer.add(tensor.name(), tensor.type(), tensor.shape(), tensor.bytes());
      }
      writer.write();
    }
    assertThat(Files.mismatch(target(), reference)).isEqualTo(-1);
  }
}
