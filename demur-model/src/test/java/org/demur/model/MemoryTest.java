package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.Engine;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
  private static final int PASSES = 200;
  private static final float[] DIRECTION = {1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1};

  @TempDir private Path folder;

  @Test
  void nativeMemoryIsFlatOverManyPasses() {
    // the logits of one pass take half a MiB: kept ones would add up to 100 MiB
    try (LanguageModel model =
        TinyModel.llama().with("vocab_size", 2000).with("num_hidden_layers", 2).load(folder)) {
      List<Prompt> prompts = List.of(Prompt.of(TinyModel.ids(60, 1)), Prompt.of(1, 2, 3));
      Plan plan =
          Plan.of(
              new DirectionalAblation(
                  Target.everywhere(HookSite.RESID_PRE).inLayers(1), LayerVectors.same(DIRECTION)));
      ForwardRequest request =
          ForwardRequest.logitsAt(Positions.ALL)
              .capturing(HookPoint.inAllBlocks(HookSite.RESID_PRE, 2), Positions.ALL)
              .with(plan);
      for (int pass = 0; pass < 20; pass++) {
        run(model, prompts, request);
      }
      long tensors = Scope.liveTensors();
      long bytes = Engine.residentBytes();

      for (int pass = 0; pass < PASSES; pass++) {
        run(model, prompts, request);
        assertThat(Scope.liveTensors()).isEqualTo(tensors);
      }

      assertThat(Engine.residentBytes() - bytes)
          .as("growth of the process over %d passes", PASSES)
          .isLessThan(40L << 20);
    }
  }

  private static void run(LanguageModel model, List<Prompt> prompts, ForwardRequest request) {
    try (ForwardResult result = model.forward(prompts, request);
        Scope scope = Scope.open()) {
      assertThat(result.lastLogits().allFinite()).isTrue();
    }
  }

  @Test
  void generationLeavesNoTensorBehind() {
    try (LanguageModel model = TinyModel.mixtral().load(folder)) {
      Generator generator = new Generator(model, Optional.empty());
      List<Prompt> prompts = List.of(Prompt.of(4, 5, 6), Prompt.of(7, 8));
      long tensors = Scope.liveTensors();
      for (int round = 0; round < 10; round++) {
        generator.generate(prompts, GenerationRequest.greedy(20, java.util.Set.of()));
        assertThat(Scope.liveTensors()).isEqualTo(tensors);
      }
    }
  }

  @Test
  void closingAModelFreesEverything() {
    long tensors = Scope.liveTensors();
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      assertThat(Scope.liveTensors())
          .isEqualTo(
              tensors
                  + model.weights().all().size()
                  // queries, keys and values lie together, and gate and up projection
                  + 2L * model.architecture().dimensions().nLayers());
    }
    assertThat(Scope.liveTensors()).isEqualTo(tensors);
  }

  @Test
  void aFailedPassLeavesNoTensorBehind() {
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      Plan wrong =
          Plan.of(new DirectionalAblation(Target.residualStream(), LayerVectors.same(1, 2)));
      long tensors = Scope.liveTensors();
      for (int round = 0; round < 3; round++) {
        Runs.assertRefused(
            org.demur.core.ErrorCode.PLAN,
            () -> Runs.logits(model, Prompt.of(3, 4, 5), wrong),
            "a vector of 2 numbers");
        assertThat(Scope.liveTensors()).isEqualTo(tensors);
      }
    }
  }
}
