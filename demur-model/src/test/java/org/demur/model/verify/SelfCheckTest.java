package org.demur.model.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.ModelFiles;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Tensor;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCheckTest {
  private static final List<String> NAMES =
      List.of(
          "cached = uncached",
          "batch = single",
          "hooks off are bit-equal",
          "ablating twice = once",
          "projection after ablation",
          "addition undone by subtraction");

  @TempDir private Path folder;

  private static Path golden(String name) {
    return SharedFixtures.repositoryRoot().resolve("golden/models").resolve(name);
  }

  @Test
  void everyFamilyPassesInSinglePrecision() {
    List<TinyModel> tiny =
        List.of(
            TinyModel.llama(),
            TinyModel.gemma2(),
            TinyModel.mixtral(),
            TinyModel.phi3(),
            TinyModel.qwen2());
    for (TinyModel each : tiny) {
      try (LanguageModel model = each.load(folder)) {
        List<String> progress = new ArrayList<>();

        List<Check> checks = SelfCheck.run(model, progress::add);

        assertThat(checks)
            .as(model.architecture().modelType())
            .allMatch(Check::pass)
            .extracting(Check::name)
            .containsAll(NAMES)
            .contains("gradient = finite difference");
        assertThat(progress).isNotEmpty();
      }
    }
  }

  @Test
  void bf16PassesWithoutTheGradient() {
    Path path = TinyModel.gemma2().write(folder);
    try (LanguageModel model = LanguageModel.load(path, DType.BFLOAT16, Device.CPU)) {
      assertThat(SelfCheck.run(model, progress -> {}))
          .allMatch(Check::pass)
          .extracting(Check::name)
          .containsExactlyElementsOf(NAMES);
    }
  }

  @Test
  void withAnAdapterOnItsSwitchIsChecked() {
    try (LanguageModel model = LanguageModel.load(golden("llama"), DType.FLOAT32, Device.CPU)) {
      model.adapters().load("lora", golden("llama-lora"));
      model.adapters().activate(List.of("lora"));

      assertThat(SelfCheck.run(model, progress -> {}))
          .allMatch(Check::pass)
          .extracting(Check::name)
          .contains("adapter off = base, on again = on");
      assertThat(model.adapters().active()).containsExactly("lora");
    }
  }

  @Test
  void anAdapterThatChangesNothingFails() {
    Path adapter = folder.resolve("zero");
    try (LanguageModel model = LanguageModel.load(golden("llama"), DType.FLOAT32, Device.CPU)) {
      String module = "base_model.model.model.layers.0.self_attn.q_proj";
      write(adapter, "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 1}");
      new SafetensorsWriter(adapter.resolve("adapter_model.safetensors"))
          .add(module + ".lora_A.weight", List.of(1L, 32L), new float[32])
          .add(module + ".lora_B.weight", List.of(32L, 1L), new float[32])
          .write();
      model.adapters().load("zero", adapter);
      model.adapters().activate(List.of("zero"));

      assertThat(SelfCheck.run(model, progress -> {}))
          .filteredOn(check -> !check.pass())
          .extracting(Check::name)
          .containsExactly("adapter off = base, on again = on");
    }
  }

  private static void write(Path adapter, String config) {
    try {
      Files.createDirectories(adapter);
      Files.writeString(adapter.resolve("adapter_config.json"), config);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aModelThatGivesNoNumbersFails() {
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      Tensor weight = model.weights().get("model.norm.weight");
      scale(weight, Double.NaN);

      assertThat(SelfCheck.run(model, progress -> {}))
          .filteredOn(check -> !check.pass())
          .extracting(Check::name)
          .contains("cached = uncached", "batch = single");
    }
  }

  private static void scale(Tensor weight, double factor) {
    try (org.demur.tensor.Scope scope = org.demur.tensor.Scope.open()) {
      weight.assign(weight.multiply(factor));
    }
  }

  @Test
  void aWrongWeightFailsTheReferenceAndSaysWhere() {
    Path path = golden("llama");
    try (ModelFiles files = ModelFiles.open(path);
        LanguageModel model = LanguageModel.load(files, DType.FLOAT32, Device.CPU)) {
      scale(model.weights().get("model.layers.1.mlp.down_proj.weight"), 1.01);

      List<Check> checks =
          ReferenceCheck.run(
              model, path.resolve("golden.safetensors"), files.endOfSequence(), progress -> {});

      assertThat(checks)
          .filteredOn(check -> !check.pass())
          .extracting(Check::name)
          .contains("mlp_out.1", "resid_post.1", "logits", "ablate.logits", "refat.loss")
          .doesNotContain("resid_pre.0", "attn_out.0", "mlp_out.0", "resid_post.0", "attn_out.1");
      assertThat(new VerifyReport("m", java.util.Optional.of("r"), "fp32", checks).pass())
          .isFalse();
    }
  }

  @Test
  void aWrongHeadFailsTheGreedyText() {
    Path path = golden("mixtral");
    try (ModelFiles files = ModelFiles.open(path);
        LanguageModel model = LanguageModel.load(files, DType.FLOAT32, Device.CPU)) {
      scale(model.weights().get("lm_head.weight"), -1);

      assertThat(
              ReferenceCheck.run(
                  model, path.resolve("golden.safetensors"), files.endOfSequence(), progress -> {}))
          .filteredOn(check -> check.name().equals("greedy (tokens)"))
          .singleElement()
          .satisfies(
              check -> {
                assertThat(check.pass()).isFalse();
                assertThat(check.difference()).isGreaterThan(8);
              });
    }
  }

  @Test
  void aReferenceOfAnotherModelOrFormatIsRefused() {
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      Path other = golden("llama").resolve("golden.safetensors");
      Runs.assertRefused(
          ErrorCode.FILE_FORMAT,
          () -> ReferenceCheck.run(model, other, Set.of(), progress -> {}),
          other.toString(),
          "has width 32, but the residual stream of the model has 16");
      Path weights = golden("llama").resolve("model.safetensors");
      Runs.assertRefused(
          ErrorCode.NOT_FOUND,
          () -> ReferenceCheck.run(model, folder.resolve("none"), Set.of(), progress -> {}),
          "none");
      Runs.assertRefused(
          ErrorCode.FILE_FORMAT,
          () -> ReferenceCheck.run(model, weights, Set.of(), progress -> {}),
          "metadata field format is \"pt\", but \"demur-golden-1\" is needed");
    }
  }

  @Test
  void aReferenceThatHoldsNothingToCompareOrBrokenMasksIsRefused() {
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      Runs.assertRefused(
          ErrorCode.FILE_FORMAT, () -> check(model, 1, 1, 1), "holds no key that can be compared");
      Runs.assertRefused(
          ErrorCode.FILE_FORMAT, () -> check(model, 0, 0, 0), "row 0 is all padding");
      Runs.assertRefused(
          ErrorCode.FILE_FORMAT,
          () -> check(model, 0, 1, 0),
          "row 0 is not padded on the left only");
    }
  }

  private void check(LanguageModel model, long... mask) {
    Path file = folder.resolve("made.safetensors");
    new SafetensorsWriter(file)
        .metadata("format", "demur-golden-1")
        .add("input_ids", List.of(1L, 3L), 4L, 5L, 6L)
        .add("attention_mask", List.of(1L, 3L), mask)
        .write();
    ReferenceCheck.run(model, file, Set.of(), progress -> {});
  }
}
