package org.demur.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.verify.Check;
import org.demur.model.verify.ReferenceCheck;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.EightBit;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models with weights of 8 bits against models that hold the rounded numbers.
class EightBitWeightsTest {
  private static final Prompt SHORT = Prompt.of(TinyModel.ids(5, 1));
  private static final Prompt LONG = Prompt.of(TinyModel.ids(50, 2));

  @TempDir private Path folder;

  private static TinyModel tiny() {
    return TinyModel.llama()
        .with("hidden_size", 32)
        .with("num_attention_heads", 4)
        .with("head_dim", 8)
        .with("intermediate_size", 64);
  }

  private static void round(LanguageModel model) {
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      for (Tensor weight : model.weights().all().values()) {
        if (weight.rank() == 2) {
          weight.assign(EightBit.widened(EightBit.of(weight.contiguous())));
        }
      }
    }
  }

  @Test
  void theyComputeWhatTheRoundedNumbersCompute() {
    Path path = tiny().write(folder);
    try (LanguageModel blocks = LanguageModel.load(path, DType.Q8_0, Device.CPU);
        LanguageModel rounded = LanguageModel.load(path, DType.FLOAT32, Device.CPU)) {
      float[] before = Runs.logits(rounded, LONG);
      round(rounded);

      for (Prompt prompt : List.of(SHORT, LONG)) {
        Runs.assertSame(Runs.logits(blocks, prompt), Runs.logits(rounded, prompt));
      }
      Runs.assertDifferent(Runs.logits(blocks, LONG), before);
      assertThat(blocks.weights().parameterCount()).isEqualTo(rounded.weights().parameterCount());
    }
  }

  @Test
  void blocksOfAFileAreTakenAsTheyLieThere() {
    TinyModel tiny = tiny();
    Path file =
        LlamaCppFile.writeEightBit(
            folder.resolve("m.gguf"), "llama", tiny.architecture(), tiny.weights());
    try (LanguageModel blocks = LanguageModel.load(file, DType.Q8_0, Device.CPU);
        LanguageModel wide = LanguageModel.load(file, DType.FLOAT32, Device.CPU);
        Scope scope = Scope.open()) {
      for (String name : wide.weights().all().keySet()) {
        Tensor held = blocks.weights().get(name);
        boolean matrix = held.rank() == 2;
        assertThat(held.dtype()).isEqualTo(matrix ? DType.Q8_0 : DType.FLOAT32);
        assertThat((matrix ? EightBit.widened(held.contiguous()) : held).toFloats())
            .as(name)
            .isEqualTo(wide.weights().get(name).toFloats());
      }
      Runs.assertSame(Runs.logits(blocks, LONG), Runs.logits(wide, LONG));
    }
  }

  @Test
  void againstAReferenceDivergencesAreReportedAndNothingIsJudged() {
    Path golden = SharedFixtures.repositoryRoot().resolve("golden/models/llama");
    try (LanguageModel model = LanguageModel.load(golden, DType.Q8_0, Device.CPU)) {
      List<Check> checks =
          ReferenceCheck.run(
              model, golden.resolve("golden.safetensors"), Set.of(2), progress -> {});
      assertThat(checks).allMatch(check -> check.tolerance().isEmpty());
      Check divergence =
          checks.stream()
              .filter(check -> check.name().equals("logits (KL, nats)"))
              .findFirst()
              .orElseThrow();
      assertThat(divergence.difference()).isBetween(1e-9, 0.05);
    }
  }

  @Test
  void matricesWhoseRowsAreNoWholeBlocksStayWide() {
    try (LanguageModel model =
        LanguageModel.load(TinyModel.llama().write(folder), DType.Q8_0, Device.CPU)) {
      assertThat(model.weights().all().values())
          .allMatch(weight -> weight.dtype() == DType.FLOAT32 || weight.rank() == 2);
      assertThat(Runs.logits(model, SHORT)).doesNotContain(Float.NaN);
    }
  }

  @Test
  void aScaleThatIsNotFiniteIsRefused() {
    Path path =
        tiny()
            .edit(
                "model.layers.0.mlp.up_proj.weight",
                values -> {
                  values[7] = 1e30f;
                  return values;
                })
            .write(folder);
    Runs.assertRefused(
        ErrorCode.MODEL_WEIGHTS,
        () -> LanguageModel.load(path, DType.Q8_0, Device.CPU).close(),
        "model.layers.0.mlp.up_proj.weight",
        "not finite");
  }
}
