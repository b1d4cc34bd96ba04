package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.demur.model.hook.HookSite;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.demur.tensor.TensorException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same passes on a graphics card and on the processor; skipped, loudly, without a card.
class CudaTest {
  @TempDir private Path folder;

  @BeforeAll
  static void card() {
    Engine.load();
    boolean present = true;
    try {
      Device.parse("cuda");
    } catch (TensorException e) {
      present = false;
    }
    assumeTrue(present, "no CUDA device here, or natives without CUDA: nothing was checked on one");
  }

  @Test
  void passesAndEditsGiveWhatTheProcessorGives() {
    Stream.of(TinyModel.llama(), TinyModel.gemma2(), TinyModel.mixtral())
        .map(tiny -> tiny.write(folder))
        .forEach(
            path -> {
              try (LanguageModel here = LanguageModel.load(path, DType.FLOAT32, Device.CPU);
                  LanguageModel there =
                      LanguageModel.load(path, DType.FLOAT32, Device.parse("cuda"))) {
                float[] direction = new float[here.architecture().dimensions().dModel()];
                direction[1] = 1;
                Plan ablation =
                    Plan.of(
                        new DirectionalAblation(
                            Target.everywhere(HookSite.RESID_PRE), LayerVectors.same(direction)));
                Prompt prompt = Prompt.of(TinyModel.ids(20, 1));
                for (Plan plan : List.of(Plan.NONE, ablation)) {
                  assertThat(
                          Runs.difference(
                              Runs.logits(there, prompt, plan), Runs.logits(here, prompt, plan)))
                      .isLessThan(1e-4);
                }
              }
            });
  }
}
