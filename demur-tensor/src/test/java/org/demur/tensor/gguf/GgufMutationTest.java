package org.demur.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.file.StorageType;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufMutationTest {
  private static final long MOST_HEAP_BYTES = 16 << 20;

  @TempDir Path folder = Path.of("unset");

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    Path path = folder.resolve("m.gguf");
    writeSmallFile(path);
    byte[] source = Files.readAllBytes(path);
    MutationRun.Outcome outcome =
        new MutationRun("gguf", 4_000)
            .allocatingAtMost(MOST_HEAP_BYTES)
            .run(
                seed -> {
                  Files.write(path, Mutations.mutate(source, seed));
                  try (GgufFile file = GgufFile.open(path)) {
                    file.metadata().keys().forEach(key -> readValue(file.metadata(), key));
                    readTensors(file);
                  }
                });
    // A run of a few seeds, made to repeat a failure, may well be harmless.
    if (outcome.total() >= 1_000) {
      assertThat(outcome.refused()).isGreaterThan(outcome.total() / 4);
      assertThat(outcome.accepted()).isPositive();
    }
  }

  private static void writeSmallFile(Path path) {
    new GgufWriter(path)
        .alignment(32)
        .string("general.architecture", "llama")
        .integer("llama.block_count", GgufValueType.UINT32, 2)
        .integer("large", GgufValueType.UINT64, 1L << 40)
        .number("eps", 1e-5f)
        .bool("flag", true)
        .strings("tokens", List.of("<s>", "a", "bc"))
        .numbers("scores", 0f, -1f, -2f)
        .integers("kinds", GgufValueType.INT32, 3, 1, 1)
        .tensor("norm", List.of(8L), 1, 2, 3, 4, 5, 6, 7, 8)
        .tensor("q4", StorageType.Q4_0, List.of(2L, 32L), zeros(36))
        .tensor("q6", StorageType.Q6_K, List.of(1L, 256L), zeros(210))
        .tensor("iq1", StorageType.IQ1_S, List.of(256L), zeros(50))
        .tensor("half", StorageType.F16, List.of(3L, 5L), zeros(30))
        .write();
  }

  private static MemorySegment zeros(int size) {
    return MemorySegment.ofArray(new byte[size]);
  }

  private static void readValue(GgufMetadata metadata, String key) {
    GgufValueType type = metadata.type(key).orElseThrow();
    GgufValueType scalar = metadata.elementType(key).orElse(type);
    boolean array = type == GgufValueType.ARRAY;
    Optional<?> value =
        switch (scalar) {
          case STRING -> array ? metadata.strings(key) : metadata.string(key);
          case BOOL -> array ? metadata.bools(key) : metadata.bool(key);
          case FLOAT32, FLOAT64 -> array ? metadata.numbers(key) : metadata.number(key);
          case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, ARRAY ->
              array ? metadata.integers(key) : metadata.integer(key);
        };
    assertThat(value).isPresent();
  }

  private static void readTensors(GgufFile file) {
    file.tensors()
        .forEach(
            (name, tensor) ->
                assertThat(Dequantizer.toFloat32(file.tensor(name)))
                    .hasSize(Math.toIntExact(tensor.elementCount())));
  }
}
