package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The cache's records on disk.
class ManifestJsonTest {
  private static final Manifest MANIFEST =
      new Manifest(
          "hf:org/name",
          ModelLocation.Kind.GGUF,
          "hub/models--org--name/snapshots/x",
          "hf:org/name@x",
          Optional.of("x"),
          Optional.empty(),
          List.of(new ModelFile("a.gguf", 5_000_000_000L, Optional.of("f".repeat(64)))));

  @TempDir Path folder;

  private Optional<Manifest> read(String text) throws IOException {
    return ManifestJson.read(Files.writeString(folder.resolve("manifest.json"), text));
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    assertThat(read(ManifestJson.write(MANIFEST))).contains(MANIFEST);
  }

  @ParameterizedTest
  @CsvSource({
    "demur-model-1, demur-model-9",
    "gguf, pickle",
    "5000000000, -1",
    "5000000000, 1e30",
    "a.gguf, ../../a.gguf",
    "a.gguf, /a.gguf",
    "hub/models--org--name/snapshots/x, ../../elsewhere",
    "\"files\", \"no-files\"",
  })
  void aRecordThatIsNotAsWeWriteItIsIgnored(String part, String replacement) throws IOException {
    String text = ManifestJson.write(MANIFEST);
    assertThat(text).contains(part);
    assertThat(read(text.replace(part, replacement))).isEmpty();
  }

  @Test
  void aFileThatIsNoJsonOrNotThereIsIgnored() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("{")).isEmpty();
    assertThat(read("[1, 2]")).isEmpty();
    assertThat(ManifestJson.read(folder.resolve("none.json"))).isEmpty();
  }
}
