package org.demur.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelWeightsTest {
  private static final String UP = "model.layers.1.mlp.up_proj.weight";

  @TempDir private Path folder;

  private void assertRefused(TinyModel tiny, String... parts) {
    Path made = tiny.write(folder);
    long before = Scope.liveTensors();
    Runs.assertRefused(
        ErrorCode.MODEL_WEIGHTS,
        () -> LanguageModel.load(made, DType.FLOAT32, Device.CPU).close(),
        parts);
    Runs.assertRefused(
        ErrorCode.MODEL_WEIGHTS,
        () -> LanguageModel.load(made, DType.FLOAT32, Device.CPU).close(),
        made.toString());
    assertThat(Scope.liveTensors()).as("nothing is left behind").isEqualTo(before);
  }

  @Test
  void aMissingTensorIsNamedWithTheNearestUnexpectedOne() {
    assertRefused(
        TinyModel.llama().drop(UP).tensor("model.layers.1.mlp.up_prj.weight", 24L, 16L),
        "does not fit its configuration",
        "missing " + UP + "; did you mean \"model.layers.1.mlp.up_prj.weight\"",
        "unexpected model.layers.1.mlp.up_prj.weight");
  }

  @Test
  void aMisshapenTensorIsRefusedWithBothShapes() {
    assertRefused(
        TinyModel.llama().tensor(UP, 16L, 24L),
        UP + " has shape [16, 24], but the configuration says [24, 16]");
  }

  @Test
  void aConfigurationOfMoreLayersThanThereAreIsRefusedWithACount() {
    Path made = TinyModel.llama().write(folder);
    TinyModel more = TinyModel.llama().with("num_hidden_layers", 5);
    try {
      Files.writeString(made.resolve("config.json"), more.configJson());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }

    Runs.assertRefused(
        ErrorCode.MODEL_WEIGHTS,
        () -> LanguageModel.load(made, DType.FLOAT32, Device.CPU).close(),
        "missing model.layers.3.input_layernorm.weight",
        "and 10 more missing");
  }

  @Test
  void biasesThatTheConfigurationDoesNotKnowAreRefused() {
    assertRefused(
        TinyModel.llama().tensor("model.layers.0.self_attn.q_proj.bias", 16L),
        "unexpected model.layers.0.self_attn.q_proj.bias");
  }

  @Test
  void aValueThatIsNotFiniteIsRefusedWithItsTensor() {
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      assertRefused(
          TinyModel.llama()
              .edit(
                  UP,
                  values -> {
                    values[17] = value;
                    return values;
                  }),
          "tensor " + UP + " holds values that are not finite (NaN or infinity)");
    }
  }

  @Test
  void largeFiniteValuesWhoseSumOverflowsAreAccepted() {
    TinyModel tiny =
        TinyModel.llama()
            .edit(
                UP,
                values -> {
                  values[0] = Float.MAX_VALUE;
                  values[1] = Float.MAX_VALUE;
                  return values;
                });

    try (LanguageModel model = tiny.load(folder)) {
      assertThat(model.weights().get(UP).toFloats()).startsWith(Float.MAX_VALUE);
    }
  }

  @Test
  void staleBuffersAndTheCopyOfATiedHeadAreIgnored() {
    TinyModel tiny =
        TinyModel.llama()
            .tensor("model.layers.0.self_attn.rotary_emb.inv_freq", 2L)
            .tensor("lm_head.weight", 40L, 16L);
    Prompt prompt = Prompt.of(TinyModel.ids(5, 1));

    try (LanguageModel model = tiny.load(folder);
        LanguageModel plain = TinyModel.llama().load(folder)) {
      assertThat(Runs.logits(model, prompt)).isEqualTo(Runs.logits(plain, prompt));
    }
  }

  @Test
  void anUnknownWeightIsRefusedWithTheNearest() {
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      Runs.assertRefused(
          ErrorCode.MODEL_WEIGHTS,
          () -> model.weights().get("model.norm.wight"),
          "the model has no weight \"model.norm.wight\"; did you mean \"model.norm.weight\"");
      assertThat(model.weights().parameterCount()).isEqualTo(6512);
    }
  }

  @Test
  void aTruncatedWeightFileIsRefused() throws IOException {
    Path made = TinyModel.llama().write(folder);
    Path file = made.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 100, bytes.length - 1}) {
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      Runs.assertRefused(
          ErrorCode.FILE_FORMAT,
          () -> LanguageModel.load(made, DType.FLOAT32, Device.CPU).close(),
          file.toString());
    }
  }
}
