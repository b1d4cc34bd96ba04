package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.Runs;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorIoTest {
  @TempDir private Path folder;
  private Path one = Path.of("unset");
  private Path several = Path.of("unset");

  @BeforeEach
  void write() {
    one = folder.resolve("one.safetensors");
    several = folder.resolve("several.safetensors");
    new SafetensorsWriter(one).add("only", List.of(3L), 1f, 2f, 3f).write();
    new SafetensorsWriter(several)
        .add("harmful", List.of(2L, 3L), 1f, 2f, 3f, 4f, 5f, 6f)
        .add("cube", List.of(1L, 1L, 3L), 1f, 2f, 3f)
        .add("scalar", List.of(), 1f)
        .add("broken", List.of(2L), 1f, Float.NaN)
        .add("empty", List.of(0L), new float[0])
        .write();
  }

  @Test
  void theOnlyTensorNeedsNoName() {
    assertThat(VectorIo.read(one, Optional.empty())).isEqualTo(LayerVectors.same(1, 2, 3));
    assertThat(VectorIo.read(one, Optional.of("only"))).isEqualTo(LayerVectors.same(1, 2, 3));
  }

  @Test
  void aMatrixHasAVectorForEveryLayer() {
    LayerVectors vectors = VectorIo.read(several, Optional.of("harmful"));

    assertThat(vectors.count()).isEqualTo(2);
    assertThat(vectors.width()).isEqualTo(3);
    assertThat(vectors.at(1)).containsExactly(4, 5, 6);
  }

  @Test
  void severalTensorsNeedAName() {
    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> VectorIo.read(several, Optional.empty()),
        several.toString(),
        "holds 5 tensors; say which one after a colon",
        "harmful");
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearest() {
    Runs.assertRefused(
        ErrorCode.MODEL_WEIGHTS,
        () -> VectorIo.read(several, Optional.of("harmfull")),
        several.toString(),
        "harmfull",
        "\"harmful\"");
  }

  @Test
  void whatIsNoVectorIsRefusedWithItsShape() {
    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> VectorIo.read(several, Optional.of("cube")),
        "cube has shape [1, 1, 3], but [dModel] or [layer, dModel] is needed");
    Runs.assertRefused(
        ErrorCode.PLAN, () -> VectorIo.read(several, Optional.of("scalar")), "scalar has shape []");
    Runs.assertRefused(
        ErrorCode.PLAN, () -> VectorIo.read(several, Optional.of("empty")), "0 numbers");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    Runs.assertRefused(ErrorCode.PLAN, () -> VectorIo.read(several, Optional.of("broken")), "NaN");
  }

  @Test
  void aMissingOrMalformedFileIsRefused() throws IOException {
    Path missing = folder.resolve("missing.safetensors");
    Path text = Files.writeString(folder.resolve("text.safetensors"), "no vectors in here");

    Runs.assertRefused(
        ErrorCode.NOT_FOUND, () -> VectorIo.read(missing, Optional.empty()), missing.toString());
    Runs.assertRefused(
        ErrorCode.FILE_FORMAT, () -> VectorIo.read(text, Optional.empty()), text.toString());
  }
}
