package org.demur.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.TensorFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsIndexTest {
  @TempDir Path folder = Path.of("unset");

  @BeforeEach
  void writeTwoShards() {
    new SafetensorsWriter(folder.resolve("one.safetensors"))
        .add("a", List.of(1L), 1f)
        .add("b", List.of(1L), 2f)
        .write();
    new SafetensorsWriter(folder.resolve("two.safetensors")).add("c", List.of(1L), 3f).write();
  }

  private Path index(String weightMap) {
    return indexText("{\"metadata\":{\"total_size\":12},\"weight_map\":{" + weightMap + "}}");
  }

  private Path indexText(String text) {
    try {
      return Files.writeString(folder.resolve(SafetensorsIndex.INDEX_NAME), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allShardsAreOneFile() {
    index("\"b\":\"one.safetensors\",\"c\":\"two.safetensors\",\"a\":\"one.safetensors\"");
    try (TensorFile file = SafetensorsIndex.open(folder)) {
      assertThat(file.tensors().sequencedKeySet()).containsExactly("b", "c", "a");
      assertThat(Dequantizer.toFloat32(file.tensor("c"))).containsExactly(3);
      assertThat(file.tensor("c").file()).hasFileName("two.safetensors");
      assertThat(((SafetensorsIndex) file).shardPaths())
          .containsExactly(folder.resolve("one.safetensors"), folder.resolve("two.safetensors"));
    }
  }

  @Test
  void aFolderWithOneFileNeedsNoIndex() {
    new SafetensorsWriter(folder.resolve(SafetensorsIndex.SINGLE_NAME))
        .add("x", List.of(1L), 4f)
        .write();
    try (TensorFile file = SafetensorsIndex.open(folder)) {
      assertThat(file.tensors()).containsOnlyKeys("x");
    }
  }

  @Test
  void aFolderWithoutWeightsIsNotFound() {
    assertThatThrownBy(() -> SafetensorsIndex.open(folder))
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessage(
            folder
                + ": this folder has neither model.safetensors nor model.safetensors.index.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../one.safetensors",
        "/etc/passwd",
        "sub/x",
        "..",
        ".",
        "",
        "C:x",
        "a\\\\b",
        "\\ud800"
      })
  void shardNamesThatLeadElsewhereAreRefused(String shard) {
    Path index = index("\"a\":\"" + shard + "\"");
    assertThatThrownBy(() -> SafetensorsIndex.open(index))
        .isInstanceOf(FileFormatException.class)
        .hasMessageStartingWith(index + ": weight_map names the shard \"")
        .hasMessageEndingWith("only plain names of files in the same folder are accepted");
  }

  @Test
  void aShardThatIsNotThereIsNamed() {
    Path index = index("\"a\":\"three.safetensors\"");
    assertThatThrownBy(() -> SafetensorsIndex.open(index))
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessage(folder.resolve("three.safetensors") + ": there is no such file");
  }

  @Test
  void aTensorThatIsNotInItsShardIsNamedWithTheNearestOne() {
    Path index =
        index(
            "\"a\":\"one.safetensors\",\"b\":\"one.safetensors\",\"bb\":\"one.safetensors\","
                + "\"c\":\"two.safetensors\"");
    assertThatThrownBy(() -> SafetensorsIndex.open(index))
        .hasMessage(
            index
                + ": weight_map places the tensor \"bb\" in shard \"one.safetensors\", which does not"
                + " hold it; did you mean \"b\"?");
  }

  @Test
  void aTensorInTwoShardsOrInNoneOfTheIndexIsNamed() {
    new SafetensorsWriter(folder.resolve("two.safetensors"))
        .add("a", List.of(1L), 1f)
        .add("d", List.of(1L), 1f)
        .write();
    Path index =
        index("\"a\":\"one.safetensors\",\"b\":\"one.safetensors\",\"c\":\"two.safetensors\"");
    assertThatThrownBy(() -> SafetensorsIndex.open(index))
        .hasMessage(
            index
                + ": shard \"two.safetensors\" holds 2 tensors that weight_map does not place there:"
                + " \"a\" (in \"one.safetensors\"), \"d\" (in no shard)");
  }

  @Test
  void aMalformedIndexIsRefused() {
    assertRefused("{}", "the index has no field weight_map");
    assertRefused("[]", "the index must be an object, but is an array");
    assertRefused("{\"weight_map\":[]}", "weight_map must be an object, but is an array");
    assertRefused("{\"weight_map\":{\"a\":1}}", "shard of tensor \"a\" must be a string");
    assertRefused("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "has the field \"a\" twice");
    assertRefused("{\"weight_map\":{}", "JSON");
    assertRefused("{\"metadata\":" + "[".repeat(100_000), "JSON");
    assertRefused("", "JSON");
  }

  private void assertRefused(String text, String problem) {
    Path index = indexText(text);
    assertThatThrownBy(() -> SafetensorsIndex.open(index).close())
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_FORMAT))
        .hasMessageStartingWith(index + ": ")
        .hasMessageContaining(problem);
  }
}
