package org.demur.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  @TempDir Path folder = Path.of("unset");

  private Path target() {
    return folder.resolve("m.gguf");
  }

  @Test
  void whatIsWrittenIsReadWithRowMajorShapes() {
    byte[] blocks = new byte[2 * 34];
    blocks[2] = 1;
    new GgufWriter(target())
        .string("general.architecture", "llama")
        .tensor("matrix", List.of(2L, 3L), 1, 2, 3, 4, 5, 6)
        .tensor("blocks", StorageType.Q8_0, List.of(2L, 32L), MemorySegment.ofArray(blocks))
        .tensor("single", List.of(), 7f)
        .write();
    try (GgufFile file = GgufFile.open(target())) {
      assertThat(file.version()).isEqualTo(3);
      assertThat(file.path()).isEqualTo(target());
      assertThat(file.tensors().sequencedKeySet()).containsExactly("matrix", "blocks", "single");
      StoredTensor matrix = file.tensor("matrix");
      assertThat(matrix.shape()).containsExactly(2L, 3L);
      assertThat(Dequantizer.toFloat32(matrix)).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.tensor("blocks").type()).isEqualTo(StorageType.Q8_0);
      assertThat(file.tensor("blocks").bytes().mismatch(MemorySegment.ofArray(blocks)))
          .isEqualTo(-1);
      assertThat(Dequantizer.toFloat32(file.tensor("single"))).containsExactly(7);
    }
  }

  @Test
  void theFastestAxisIsFirstInTheFile() {
    RawGguf file = RawGguf.header(1, 0).tensor("a", 0, 0, 8, 3, 2).align(32).zeros(192);
    try (GgufFile read = GgufFile.open(file.write(folder))) {
      assertThat(read.tensor("a").shape()).containsExactly(2L, 3L, 8L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 64, 4096})
  void theDataIsAlignedAsTheMetadataSay(int alignment) {
    new GgufWriter(target())
        .alignment(alignment)
        .tensor("a", List.of(3L), 1, 2, 3)
        .tensor("b", List.of(1L), 4)
        .write();
    try (GgufFile file = GgufFile.open(target())) {
      assertThat(Dequantizer.toFloat32(file.tensor("a"))).containsExactly(1, 2, 3);
      assertThat(Dequantizer.toFloat32(file.tensor("b"))).containsExactly(4);
      long distance = file.tensor("b").bytes().address() - file.tensor("a").bytes().address();
      assertThat(distance).isEqualTo(Math.ceilDiv(12, alignment) * (long) alignment);
    }
  }

  @Test
  void versionTwoIsRead() {
    RawGguf file = new RawGguf().text("GGUF").int32(2).int64(0).int64(1);
    try (GgufFile read =
        GgufFile.open(file.key("k", GgufValueType.STRING).string("v").write(folder))) {
      assertThat(read.version()).isEqualTo(2);
      assertThat(read.metadata().string("k")).hasValue("v");
    }
  }

  @Test
  void aFileWithoutTensorsAndEvenWithoutMetadataIsRead() {
    try (GgufFile file = GgufFile.open(RawGguf.header(0, 0).write(folder))) {
      assertThat(file.tensors()).isEmpty();
      assertThat(file.metadata().keys()).isEmpty();
    }
  }

  @Test
  void tensorsWithoutElementsNeedNoData() {
    RawGguf file = RawGguf.header(1, 0).tensor("a", 0, 0, 8, 0);
    try (GgufFile read = GgufFile.open(file.write(folder))) {
      assertThat(read.tensor("a").elementCount()).isZero();
    }
  }

  @Test
  void theMetadataOutliveTheFile() {
    new GgufWriter(target()).strings("k", List.of("a", "b")).write();
    GgufFile file = GgufFile.open(target());
    file.close();
    assertThat(file.metadata().strings("k")).hasValue(List.of("a", "b"));
  }

  @Test
  void aQuarterOfAMillionTokensAreReadQuickly() {
    int count = 262_144;
    List<String> tokens = IntStream.range(0, count).mapToObj(i -> "▁token" + i).toList();
    new GgufWriter(target())
        .strings("tokenizer.ggml.tokens", tokens)
        .numbers("tokenizer.ggml.scores", new float[count])
        .integers("tokenizer.ggml.token_type", GgufValueType.INT32, new long[count])
        .write();
    long start = System.nanoTime();
    try (GgufFile file = GgufFile.open(target())) {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(file.metadata().strings("tokenizer.ggml.tokens")).hasValue(tokens);
      // About 0.1 s on an idle machine; the bound leaves room for a busy one.
      assertThat(took).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void theWriterRefusesWhatTheFormatCannotHold() {
    GgufWriter writer = new GgufWriter(target()).string("k", "v").tensor("a", List.of(1L), 1f);
    assertThatThrownBy(() -> writer.string("k", "w"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the metadata key \"k\" is already taken");
    assertThatThrownBy(() -> writer.tensor("a", List.of(1L), 1f))
        .hasMessage("the tensor name \"a\" is already taken");
    assertThatThrownBy(() -> writer.integer("n", GgufValueType.UINT8, 256))
        .hasMessage("the type UINT8 cannot hold 256");
    assertThatThrownBy(() -> writer.integer("n", GgufValueType.FLOAT32, 1))
        .hasMessage("the type FLOAT32 cannot hold 1");
    assertThatThrownBy(() -> writer.alignment(24)).hasMessageContaining("the alignment 24");
    assertThatThrownBy(() -> writer.tensor("five", List.of(1L, 1L, 1L, 1L, 1L), 1f))
        .hasMessage("tensor \"five\" has type F32 and 5 axes, which GGUF cannot hold");
    MemorySegment one = MemorySegment.ofArray(new byte[1]);
    assertThatThrownBy(() -> writer.tensor("bool", StorageType.BOOL, List.of(1L), one))
        .hasMessageContaining("type BOOL");
    assertThatThrownBy(() -> writer.tensor("short", StorageType.Q8_0, List.of(32L), one))
        .isInstanceOf(FileFormatException.class)
        .hasMessageContaining("takes 34 bytes, but has 1");
    assertThat(target()).doesNotExist();
  }

  @Test
  @Tag("parity")
  void vocabularyOnlyFilesOfTheReferenceAreRead() throws IOException {
    Path tokenizers = SharedFixtures.require("fixtures/tokenizers");
    try (var paths = Files.list(tokenizers)) {
      List<Path> files = paths.filter(path -> path.toString().endsWith(".gguf")).toList();
      assertThat(files).hasSize(4);
      for (Path path : files) {
        try (GgufFile file = GgufFile.open(path)) {
          GgufMetadata metadata = file.metadata();
          assertThat(file.tensors()).isEmpty();
          int tokens = metadata.strings("tokenizer.ggml.tokens").orElseThrow().size();
          assertThat(tokens).isGreaterThan(30_000);
          assertThat(metadata.integers("tokenizer.ggml.token_type").orElseThrow()).hasSize(tokens);
          assertThat(metadata.keys().getFirst()).isEqualTo("general.architecture");
        }
      }
    }
  }
}
