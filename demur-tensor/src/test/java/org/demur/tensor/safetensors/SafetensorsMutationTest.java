package org.demur.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.TensorFile;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsMutationTest {
  private static final long MOST_HEAP_BYTES = 16 << 20;

  @TempDir Path folder = Path.of("unset");

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    Path path = folder.resolve("w.safetensors");
    writeSmallFile(path);
    byte[] source = Files.readAllBytes(path);
    MutationRun.Outcome outcome =
        new MutationRun("safetensors", 4_000)
            .allocatingAtMost(MOST_HEAP_BYTES)
            .run(
                seed -> {
                  Files.write(path, Mutations.mutate(source, seed));
                  try (SafetensorsFile file = SafetensorsFile.open(path)) {
                    readAll(file);
                  }
                });
    assertDamageIsNoticed(outcome);
  }

  @Test
  void damagedIndexesAreReadOrRefused() throws IOException {
    writeSmallFile(folder.resolve("one.safetensors"));
    Path path = folder.resolve(SafetensorsIndex.INDEX_NAME);
    String source =
        "{\"metadata\":{\"total_size\":64},\"weight_map\":{\"f32\":\"one.safetensors\","
            + "\"bf16\":\"one.safetensors\",\"i64\":\"one.safetensors\",\"u8\":\"one.safetensors\"}}";
    MutationRun.Outcome outcome =
        new MutationRun("safetensors index", 1_000)
            .allocatingAtMost(MOST_HEAP_BYTES)
            .run(
                seed -> {
                  byte[] damaged =
                      Mutations.mutateText(source, seed).getBytes(StandardCharsets.UTF_8);
                  Files.write(path, damaged);
                  try (TensorFile file = SafetensorsIndex.open(path)) {
                    readAll(file);
                  }
                });
    assertDamageIsNoticed(outcome);
  }

  private static void assertDamageIsNoticed(MutationRun.Outcome outcome) {
    // A run of a few seeds, made to repeat a failure, may well be harmless.
    if (outcome.total() >= 1_000) {
      assertThat(outcome.refused()).isGreaterThan(outcome.total() / 4);
      assertThat(outcome.accepted()).isPositive();
    }
  }

  private static void writeSmallFile(Path path) {
    new SafetensorsWriter(path)
        .metadata("format", "pt")
        .add("f32", List.of(2L, 3L), 1, 2, 3, 4, 5, 6)
        .add("i64", List.of(2L), 7L, -8L)
        .add("bf16", StorageType.BF16, List.of(4L, 1L), MemorySegment.ofArray(new byte[8]))
        .add("u8", StorageType.U8, List.of(3L), MemorySegment.ofArray(new byte[] {1, 2, 3}))
        .write();
  }

  private static void readAll(TensorFile file) {
    file.tensors()
        .forEach(
            (name, tensor) ->
                assertThat(Dequantizer.toFloat32(file.tensor(name)))
                    .hasSize(Math.toIntExact(tensor.elementCount())));
  }
}
