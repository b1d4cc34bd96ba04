package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.tensor.gguf.GgufWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectionFilesTest {
  private static final ModelFingerprint MODEL =
      new ModelFingerprint("a".repeat(64), Optional.of("b".repeat(64)), Optional.empty(), 2, 3);

  @TempDir private Path folder;

  private Path written() {
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    vectors.put("refusal", DirectionFile.Vectors.of(1, -2));
    vectors.put("harmfulness.rows", DirectionFile.Vectors.perRow(4, 1, 2, 3, 4, 5, 6, 7, 8));
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("seed", 7L);
    facts.put("layer", 20L);
    Path file = folder.resolve("directions.safetensors");
    DirectionFileJson.write(new DirectionFile(MODEL, vectors, facts), file);
    return file;
  }

  @Test
  void whatWasWrittenIsRead() {
    DirectionFile read = DirectionFileJson.read(written());

    assertThat(read.fingerprint()).isEqualTo(MODEL);
    assertThat(read.require("refusal").values()).containsExactly(1, -2);
    assertThat(read.require("harmfulness.rows").shape()).containsExactly(4L, 2L);
    assertThat(read.facts()).containsEntry("seed", 7L).containsEntry("layer", 20L);
    assertThatThrownBy(() -> read.require("refusl"))
        .hasMessageContaining("\"refusl\"")
        .hasMessageContaining("did you mean \"refusal\"");
  }

  @Test
  void directionsOfAnotherModelAreRefusedAndEveryDifferenceIsNamed() {
    Path file = written();
    ModelFingerprint other =
        new ModelFingerprint("c".repeat(64), Optional.empty(), Optional.of("d".repeat(64)), 2, 3);
    assertThatThrownBy(() -> DirectionFileJson.read(file).fingerprint().requireFits(other, file))
        .isInstanceOf(DirectionException.class)
        .hasMessageContaining("model aaaaaaaaaaaa and not cccccccccccc")
        .hasMessageContaining("adapter bbbbbbbbbbbb and not none")
        .hasMessageContaining("chat template none and not dddddddddddd");
  }

  @Test
  void missingAndForeignFilesAreNamed() throws IOException {
    Path file = written();
    Files.writeString(DirectionFileJson.sidecar(file), "{\"format\": \"other\"}");
    assertThatThrownBy(() -> DirectionFileJson.read(file))
        .hasMessageContaining("field format must be \"demur-directions-1\"");
    Files.writeString(
        DirectionFileJson.sidecar(file),
        "{\"format\": \"demur-directions-1\", \"model\": {\"hash\": \"x\", \"dModel\": -1}}");
    assertThatThrownBy(() -> DirectionFileJson.read(file))
        .hasMessageContaining("field model.dModel must be a positive whole number");
    Files.delete(DirectionFileJson.sidecar(file));
    assertThatThrownBy(() -> DirectionFileJson.read(file))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("directions.json");
  }

  @Test
  void controlVectorsActOneBlockBeforeTheRowTheyAreOf() {
    Path file = folder.resolve("control.gguf");
    SequencedMap<Integer, float[]> rows = new TreeMap<>();
    rows.put(1, new float[] {9, 9});
    rows.put(2, new float[] {1, 2});
    rows.put(5, new float[] {3, 4});

    assertThat(ControlVectors.write(file, "llama", rows)).isEqualTo(2);

    SequencedMap<Integer, float[]> read = ControlVectors.read(file);
    assertThat(read.keySet()).containsExactly(2, 5);
    assertThat(read.get(5)).containsExactly(3, 4);
  }

  @Test
  void whatHasNoPlaceInAControlVectorIsAnError() {
    SequencedMap<Integer, float[]> rows = new TreeMap<>();
    rows.put(0, new float[] {9, 9});
    assertThatThrownBy(() -> ControlVectors.write(folder.resolve("x.gguf"), "llama", rows))
        .hasMessageContaining("after block 1 at the earliest")
        .hasMessageContaining("layer [0]");
    Path other = folder.resolve("other.gguf");
    new GgufWriter(other).string("general.architecture", "llama").write();
    assertThatThrownBy(() -> ControlVectors.read(other))
        .hasMessageContaining("no control vector: general.architecture is \"llama\"");
    Path wrong = folder.resolve("wrong.gguf");
    new GgufWriter(wrong)
        .string("general.architecture", "controlvector")
        .tensor("direction.0", List.of(2L), 1, 2)
        .write();
    assertThatThrownBy(() -> ControlVectors.read(wrong)).hasMessageContaining("direction.0");
  }
}
