package org.demur.model.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.demur.model.LanguageModel;
import org.demur.model.ModelFiles;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.testkit.RealModels;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("parity")
class ParityTest {
  private static final String ADAPTER = "smollm2-refusal-lora";
  private static final List<String> HIDDEN =
      List.of("resid_pre.0", "attn_out.1", "mlp_out.1", "resid_post.1", "logits");
  private static final List<String> EDITED =
      List.of("greedy (tokens)", "ablate.logits", "add.logits", "refat.logits", "refat.loss");

  @TestFactory
  Stream<DynamicTest> everyFamilyMatchesItsReference() throws IOException {
    Path families = SharedFixtures.require("fixtures/families");
    try (Stream<Path> folders = Files.list(families)) {
      List<Path> all = folders.filter(Files::isDirectory).sorted().toList();
      assertThat(all).as("families in %s", families).hasSizeGreaterThanOrEqualTo(17);
      return all.stream()
          .flatMap(
              folder ->
                  Stream.of(DType.FLOAT32, DType.BFLOAT16)
                      .map(type -> test(folder, folder.resolve("golden.safetensors"), type)));
    }
  }

  @TestFactory
  Stream<DynamicTest> theModelsOfTheRepositoryMatchTheirReferences() {
    Path models = SharedFixtures.repositoryRoot().resolve("golden/models");
    Path llama = models.resolve("llama/golden.safetensors");
    return Stream.of(DType.FLOAT32, DType.BFLOAT16)
        .flatMap(
            type ->
                Stream.concat(
                    Stream.of("llama", "gemma2", "mixtral")
                        .map(
                            name ->
                                test(
                                    models.resolve(name),
                                    models.resolve(name).resolve("golden.safetensors"),
                                    type)),
                    Stream.of(test(models.resolve("llama.gguf"), llama, type))));
  }

  private static DynamicTest test(Path model, Path reference, DType type) {
    return DynamicTest.dynamicTest(
        model.getFileName() + " in " + type.label(),
        () -> {
          List<Check> checks = check(model, reference, type);
          assertThat(checks).extracting(Check::name).containsAll(HIDDEN).containsAll(EDITED);
          assertThat(checks)
              .extracting(Check::name)
              .anyMatch(name -> name.startsWith("refat.grad."));
        });
  }

  /// Runs the comparison and asserts that everything passes; in fp32 everything is judged.
  private static List<Check> check(Path path, Path reference, DType type) {
    try (ModelFiles files = ModelFiles.open(path);
        LanguageModel model = LanguageModel.load(files, type, Device.CPU)) {
      List<Check> checks =
          ReferenceCheck.run(model, reference, files.endOfSequence(), progress -> {});
      assertThat(checks).isNotEmpty().allMatch(Check::pass);
      if (type == DType.FLOAT32) {
        assertThat(checks).allMatch(check -> check.tolerance().isPresent());
      }
      return checks;
    }
  }

  @Test
  void theAdapterOfTheRepositoryMatchesItsReferenceAndOnlyWhenItIsOn() {
    Path models = SharedFixtures.repositoryRoot().resolve("golden/models");
    Path reference = models.resolve("llama-lora/golden.safetensors");
    for (String base : List.of("llama", "llama.gguf")) {
      try (ModelFiles files = ModelFiles.open(models.resolve(base));
          LanguageModel model = LanguageModel.load(files, DType.FLOAT32, Device.CPU)) {
        model.adapters().load("lora", models.resolve("llama-lora"));
        List<Check> off = ReferenceCheck.run(model, reference, files.endOfSequence(), p -> {});
        model.adapters().activate(List.of("lora"));
        List<Check> on = ReferenceCheck.run(model, reference, files.endOfSequence(), p -> {});

        assertThat(on).as(base).extracting(Check::name).contains("logits", "greedy (tokens)");
        assertThat(on).as(base).allMatch(Check::pass);
        assertThat(off).as(base).anyMatch(check -> check.name().equals("logits") && !check.pass());
      }
    }
  }

  @Test
  void smolLm2MatchesItsReference() {
    Path reference = SharedFixtures.require("fixtures/real/smollm2/golden.safetensors");
    Path model = RealModels.require(RealModels.SMOLLM2);

    assertThat(check(model, reference, DType.FLOAT32)).hasSizeGreaterThan(2);
  }

  @Test
  void smolLm2WithItsAdapterMatchesItsReference() {
    Path reference = SharedFixtures.require("fixtures/real/" + ADAPTER + "/golden.safetensors");
    Path adapter = SharedFixtures.require("fixtures/models/" + ADAPTER);
    Path path = RealModels.require(RealModels.SMOLLM2);

    try (ModelFiles files = ModelFiles.open(path);
        LanguageModel model = LanguageModel.load(files, DType.FLOAT32, Device.CPU)) {
      model.adapters().load("refusal", adapter);
      model.adapters().activate(List.of("refusal"));
      List<Check> checks = ReferenceCheck.run(model, reference, files.endOfSequence(), p -> {});

      assertThat(checks).hasSizeGreaterThan(2).allMatch(Check::pass);
    }
  }

  @Test
  void gemma3MatchesItsReference() {
    Path reference = SharedFixtures.require("fixtures/real/gemma3-270m/golden.safetensors");
    Path model = RealModels.require(RealModels.GEMMA3);

    assertThat(check(model, reference, DType.FLOAT32)).hasSizeGreaterThan(2);
  }
}
