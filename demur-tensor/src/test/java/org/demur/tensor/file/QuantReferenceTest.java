package org.demur.tensor.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the block types against values of the gguf package, to the last bit.
@Tag("parity")
class QuantReferenceTest {
  @TempDir Path folder = Path.of("unset");

  @Test
  void everyBlockTypeEqualsTheReferenceOfThisRepository() throws IOException {
    Path copy = folder.resolve("blocks.safetensors");
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("gguf_blocks.safetensors"))) {
      Files.copy(in, copy);
    }
    Set<StorageType> expected = EnumSet.range(StorageType.Q4_0, StorageType.MXFP4);
    expected.add(StorageType.BF16);
    assertThat(compare(copy)).isEqualTo(expected);
  }

  @Test
  void allTypesOfTheSharedReferenceAreEqual() {
    assertThat(compare(SharedFixtures.require("fixtures/quants/gguf_types.safetensors")))
        .hasSize(21)
        .contains(StorageType.F32, StorageType.F16, StorageType.Q4_K, StorageType.IQ1_S);
  }

  private static Set<StorageType> compare(Path reference) {
    Set<StorageType> compared = EnumSet.noneOf(StorageType.class);
    try (SafetensorsFile file = SafetensorsFile.open(reference)) {
      for (String name : file.tensors().keySet()) {
        if (name.endsWith(".raw")) {
          StorageType type = StorageType.valueOf(name.substring(0, name.length() - 4));
          StoredTensor raw = file.tensor(name);
          StoredTensor value = file.tensor(type + ".value");
          StoredTensor encoded =
              new StoredTensor(type.name(), type, value.shape(), raw.bytes(), raw.file());
          assertThat(Dequantizer.toFloat32(encoded))
              .as(type.name())
              .isEqualTo(Dequantizer.toFloat32(value));
          compared.add(type);
        }
      }
    }
    return compared;
  }
}
