package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.demur.model.LanguageModel;
import org.demur.model.verify.Check;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("parity")
class TrainingReferenceCheckTest {
  @TestFactory
  Stream<DynamicTest> everyFamilyTakesTheStepsOfItsReference() throws IOException {
    Path all = SharedFixtures.require("fixtures/training");
    try (Stream<Path> folders = Files.list(all)) {
      List<Path> families = folders.filter(Files::isDirectory).sorted().toList();
      assertThat(families).hasSizeGreaterThanOrEqualTo(4);
      return families.stream()
          .map(
              folder ->
                  DynamicTest.dynamicTest(
                      String.valueOf(folder.getFileName()), () -> assertMatches(folder)));
    }
  }

  private static void assertMatches(Path folder) {
    Path base = SharedFixtures.require("fixtures/families").resolve(folder.getFileName());
    try (LanguageModel model = LanguageModel.load(base, DType.FLOAT32, Device.CPU)) {
      List<Check> checks =
          TrainingReferenceCheck.run(
              model, folder.resolve("adapter"), folder.resolve("golden.safetensors"), what -> {});
      assertThat(checks)
          .extracting(Check::name)
          .containsExactly(
              "rt.loss (nats)",
              "rt.grad_norm",
              "rt.final (absolute)",
              "refat.loss (nats)",
              "refat.grad_norm",
              "refat.final (absolute)");
      assertThat(checks).allMatch(Check::pass);
      assertThat(model.adapters().active()).isEmpty();
    }
  }
}
