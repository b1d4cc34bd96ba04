package org.demur.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.demur.model.intervention.LayerVectors;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.DynamicTest;

/// One small model of every family, for tests that compare two ways through a model.
final class FamilyModels {
  /// Mixtures: in bf16 a near-tie in the router sends tokens elsewhere.
  private static final List<String> ROUTED = List.of("mixtral", "qwen3-moe");

  private FamilyModels() {}

  /// A test for every family without a router, with weights of every type.
  static Stream<DynamicTest> inEveryType(BiConsumer<LanguageModel, DType> test) throws IOException {
    return folders().stream()
        .filter(folder -> !ROUTED.contains(folder.getFileName().toString()))
        .flatMap(
            folder ->
                Stream.of(DType.FLOAT32, DType.BFLOAT16, DType.Q8_0)
                    .map(type -> test(folder, type, test)));
  }

  private static DynamicTest test(Path folder, DType type, BiConsumer<LanguageModel, DType> test) {
    return DynamicTest.dynamicTest(
        folder.getFileName() + " " + type.label(),
        () -> {
          try (LanguageModel model = LanguageModel.load(folder, type, Device.CPU)) {
            test.accept(model, type);
          }
        });
  }

  private static List<Path> folders() throws IOException {
    Path golden = SharedFixtures.repositoryRoot().resolve("golden/models");
    List<Path> found = new ArrayList<>(List.of(golden.resolve("llama"), golden.resolve("gemma2")));
    try (Stream<Path> families = Files.list(SharedFixtures.require("fixtures/families"))) {
      families.filter(Files::isDirectory).sorted().forEach(found::add);
    }
    return found;
  }

  /// A direction that is no axis and has no pattern of the model's.
  static LayerVectors direction(LanguageModel model) {
    float[] direction = new float[model.architecture().dimensions().dModel()];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = (float) Math.sin(i + 1);
    }
    return LayerVectors.same(direction);
  }

  /// The largest difference in units of the largest expected number.
  static double difference(float[] found, float... expected) {
    if (found.length != expected.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    }
    return worst == 0 ? 0 : worst / largest;
  }
}
