package org.demur.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.model.config.Architecture;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.ConfigJson;
import org.demur.model.family.Families;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.PlanJson;
import org.demur.model.intervention.Target;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.demur.tensor.Scope;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged configurations, weights, adapters and plans end well or with one clear error.
class DamagedModelTest {
  private static final Prompt PROMPT = Prompt.of(3, 4, 5, 6, 7);
  private static final LayerVectors VECTOR =
      LayerVectors.same(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8);

  @TempDir private Path folder;

  @BeforeAll
  static void loadTheLibrary() {
    Engine.load(); // unpacking it once takes more heap than any case may
  }

  private static Path models() {
    return SharedFixtures.repositoryRoot().resolve("golden/models");
  }

  @Test
  void configurationsAreReadOrRefused() {
    List<String> texts =
        Stream.of(
                TinyModel.llama(),
                TinyModel.gemma2(),
                TinyModel.mixtral(),
                TinyModel.phi3(),
                TinyModel.qwen2())
            .map(TinyModel::configJson)
            .toList();
    MutationRun.Outcome outcome =
        new MutationRun("config.json", 2_500)
            .allocatingAtMost(64L << 20)
            .run(
                seed -> {
                  String text = texts.get((int) (seed % texts.size()));
                  String damaged = Mutations.mutateText(text, seed);
                  Architecture architecture =
                      Families.architecture(
                          new ConfigFields("damaged", ConfigJson.parse("damaged", damaged)));
                  assertThat(WeightLayout.of(architecture)).isNotEmpty();
                  architecture
                      .ropes()
                      .forEach(rope -> assertThat(rope.frequencies(9)).isNotEmpty());
                });
    assertThat(outcome.refused()).isPositive();
    assertThat(outcome.accepted()).isPositive();
  }

  @Test
  void foldersAreLoadedAndRunOrRefused() throws IOException {
    Path tiny = TinyModel.phi3().with("num_hidden_layers", 1).write(folder);
    String config = Files.readString(tiny.resolve("config.json"));
    byte[] weights = Files.readAllBytes(tiny.resolve("model.safetensors"));
    Path file = tiny.resolve("model.safetensors");
    long tensors = Scope.liveTensors();
    MutationRun.Outcome outcome =
        new MutationRun("model folder", 700)
            .allocatingAtMost(64L << 20)
            .run(
                seed -> {
                  boolean text = seed % 3 == 0;
                  // a mapped file must not change under its readers
                  replace(file, text ? weights : Mutations.mutate(weights, seed));
                  String damaged = text ? Mutations.mutateText(config, seed) : config;
                  Files.write(tiny.resolve("config.json"), damaged.getBytes(UTF_8));
                  try (LanguageModel model = LanguageModel.load(tiny, DType.FLOAT32, Device.CPU)) {
                    assertThat(Runs.logits(model, PROMPT)).isNotEmpty();
                  }
                });
    assertThat(outcome.refused()).isPositive();
    assertThat(Scope.liveTensors()).isEqualTo(tensors);
  }

  private void replace(Path file, byte[] content) throws IOException {
    Path fresh = Files.write(folder.resolve("fresh"), content);
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void ggufFilesAreLoadedAndRunOrRefused() throws IOException {
    byte[] original = Files.readAllBytes(models().resolve("llama.gguf"));
    Path file = folder.resolve("m.gguf");
    long tensors = Scope.liveTensors();
    MutationRun.Outcome outcome =
        new MutationRun("model in GGUF", 700)
            .allocatingAtMost(64L << 20)
            .run(
                seed -> {
                  replace(file, Mutations.mutate(original, seed));
                  try (LanguageModel model = LanguageModel.load(file, DType.FLOAT32, Device.CPU)) {
                    assertThat(Runs.logits(model, PROMPT)).isNotEmpty();
                  }
                });
    assertThat(outcome.refused()).isPositive();
    assertThat(Scope.liveTensors()).isEqualTo(tensors);
  }

  @Test
  void adaptersAreLoadedAndRunOrRefused() throws IOException {
    Path original = models().resolve("llama-lora");
    String config = Files.readString(original.resolve("adapter_config.json"));
    byte[] weights = Files.readAllBytes(original.resolve("adapter_model.safetensors"));
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    try (LanguageModel model =
        LanguageModel.load(models().resolve("llama"), DType.FLOAT32, Device.CPU)) {
      float[] base = Runs.logits(model, PROMPT);
      MutationRun.Outcome outcome =
          new MutationRun("adapter", 800)
              .allocatingAtMost(64L << 20)
              .run(
                  seed -> {
                    boolean text = seed % 2 == 0;
                    replace(
                        adapter.resolve("adapter_model.safetensors"),
                        text ? weights : Mutations.mutate(weights, seed));
                    String damaged = text ? Mutations.mutateText(config, seed) : config;
                    Files.write(adapter.resolve("adapter_config.json"), damaged.getBytes(UTF_8));
                    String name = "adapter " + seed;
                    model.adapters().load(name, adapter);
                    model.adapters().activate(List.of(name));
                    assertThat(Runs.logits(model, PROMPT)).hasSameSizeAs(base);
                    model.adapters().activate(List.of());
                  });
      assertThat(outcome.refused()).isPositive();
      assertThat(outcome.accepted()).isPositive();
      assertThat(Runs.logits(model, PROMPT)).isEqualTo(base);
    }
  }

  @Test
  void plansAreReadAndCarriedOutOrRefused() {
    Plan plan =
        Plan.of(
            new DirectionalAblation(Target.residualStream(), VECTOR, Optional.of(VECTOR)),
            new ActivationAddition(
                Target.everywhere(HookSite.RESID_PRE).inLayers(1).at(Positions.at(-1, 0)),
                VECTOR,
                -1.5),
            new Scaling(
                Target.everywhere(HookSite.PATTERN, HookSite.Z).inRows(0).masked(List.of(true)),
                0.5));
    String text = PlanJson.write(plan);
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      long tensors = Scope.liveTensors();
      MutationRun.Outcome outcome =
          new MutationRun("plan", 1_500)
              .allocatingAtMost(64L << 20)
              .run(
                  seed -> {
                    String damaged = Mutations.mutateText(text, seed);
                    Plan read = PlanJson.read("plan", damaged, PlanJson.VectorFiles.NONE);
                    assertThat(Runs.logits(model, PROMPT, read)).isNotEmpty();
                  });
      assertThat(outcome.refused()).isPositive();
      assertThat(outcome.accepted()).isPositive();
      assertThat(Scope.liveTensors()).isEqualTo(tensors);
    }
  }
}
