package org.demur.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.adapter.LoraConfig;
import org.demur.model.config.ModelException;
import org.demur.model.hook.Positions;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.file.TensorFile;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.tensor.safetensors.SafetensorsIndex;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MergedModelTest {
  private static final List<String> TARGETS = List.of("q_proj", "down_proj");

  @TempDir private Path home;

  private static Path base() {
    return SharedFixtures.repositoryRoot().resolve("golden/models/llama");
  }

  /// A model with an adapter that changes it.
  private static LanguageModel adapted(Path folder) {
    LanguageModel model = LanguageModel.load(folder, DType.FLOAT32, Device.CPU);
    model.adapters().create("a", LoraConfig.of(4, 8, 0), TARGETS, new SplittableRandom(3));
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      SplittableRandom random = new SplittableRandom(4);
      model
          .adapters()
          .factors("a")
          .values()
          .forEach(
              change -> {
                float[] values = change.b().toFloats();
                for (int i = 0; i < values.length; i++) {
                  values[i] = (float) (random.nextDouble() - 0.5) / 10;
                }
                long[] shape = change.b().shape().stream().mapToLong(Long::longValue).toArray();
                change.b().assign(Tensors.ofFloats(values, Device.CPU, shape));
              });
    }
    model.adapters().activate(List.of("a"));
    return model;
  }

  private static float[] logits(LanguageModel model) {
    try (ForwardResult result =
            model.forward(
                List.of(Prompt.of(5, 9, 17, 30, 8)), ForwardRequest.logitsAt(Positions.ALL));
        Scope scope = Scope.open()) {
      return result.logits(0).toFloats();
    }
  }

  private static void assertClose(float[] actual, float... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }

  @Test
  void aMergedModelComputesWhatTheAdaptedOneDoes() {
    Path target = home.resolve("merged");
    float[] expected;
    float[] plain;
    List<String> told = new ArrayList<>();
    try (LanguageModel model = adapted(base())) {
      expected = logits(model);
      int tensors =
          MergedModel.write(
                  base(),
                  model.adapters().factors("a"),
                  target,
                  (name, done) -> told.add(done + " " + name))
              .tensors();
      assertThat(told).hasSize(tensors).first().asString().startsWith("1 ");
      model.adapters().activate(List.of());
      plain = logits(model);
    }
    try (LanguageModel merged = LanguageModel.load(target, DType.FLOAT32, Device.CPU)) {
      float[] found = logits(merged);
      assertClose(found, expected);
      assertThat(found).isNotEqualTo(plain);
    }
    assertThat(target.resolve("config.json")).content().contains("\"float32\"");
  }

  @Test
  void shardsStayShardsAndOtherWeightsKeepTheirBytes() throws IOException {
    Path sharded = sharded();
    Path target = home.resolve("merged");
    try (LanguageModel model = adapted(sharded)) {
      float[] expected = logits(model);
      MergedModel.write(sharded, model.adapters().factors("a"), target, (name, done) -> {});
      try (LanguageModel merged = LanguageModel.load(target, DType.FLOAT32, Device.CPU)) {
        assertClose(logits(merged), expected);
      }
    }
    assertThat(target.resolve("model-00002-of-00002.safetensors")).exists();
    String untouched = "model.embed_tokens.weight";
    try (TensorFile before = SafetensorsIndex.open(sharded);
        TensorFile after = SafetensorsIndex.open(target)) {
      assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
      StoredTensor kept = after.tensor(untouched);
      assertThat(kept.type()).isEqualTo(before.tensor(untouched).type());
      assertThat(kept.bytes().mismatch(before.tensor(untouched).bytes())).isEqualTo(-1);
    }
    assertThat(target.resolve("NOTICE")).hasContent("whose model this is");
  }

  /// The tiny model in two files.
  private Path sharded() throws IOException {
    Path folder = Files.createDirectories(home.resolve("sharded"));
    Files.copy(base().resolve("config.json"), folder.resolve("config.json"));
    Files.writeString(folder.resolve("NOTICE"), "whose model this is");
    Map<String, String> places = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(base().resolve("model.safetensors"))) {
      List<StoredTensor> all = List.copyOf(file.tensors().values());
      for (int part = 0; part < 2; part++) {
        String name = "model-0000%d-of-00002.safetensors".formatted(part + 1);
        SafetensorsWriter writer = new SafetensorsWriter(folder.resolve(name));
        for (int i = part; i < all.size(); i += 2) {
          StoredTensor tensor = all.get(i);
          writer.add(tensor.name(), tensor.type(), tensor.shape(), tensor.bytes());
          places.put(tensor.name(), name);
        }
        writer.write();
      }
    }
    MergedFolderJson.writeIndex(folder.resolve("model.safetensors.index.json"), places);
    return folder;
  }

  @Test
  void whatCannotBeMergedIsNamedBeforeAnythingIsWritten() throws IOException {
    Path full = Files.createDirectories(home.resolve("full"));
    Files.writeString(full.resolve("note"), "mine");
    try (LanguageModel model = adapted(base())) {
      var factors = model.adapters().factors("a");
      assertThatThrownBy(() -> MergedModel.write(base(), factors, full, (name, done) -> {}))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("holds files already");
      Path target = home.resolve("x");
      var unknown = Map.of("model.layers.0.self_attn.fused", factors.values().iterator().next());
      assertThatThrownBy(() -> MergedModel.write(base(), unknown, target, (name, done) -> {}))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("1 of 1 linear maps")
          .hasMessageContaining("self_attn.fused");
      assertThat(target).doesNotExist();
    }
  }
}
