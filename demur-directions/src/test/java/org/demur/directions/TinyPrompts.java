package org.demur.directions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.testkit.SharedFixtures;

/// The tiny random model of the golden set with random prompts of two post-instruction tokens.
final class TinyPrompts {
  static final int N_LAYERS = 2;
  static final int D_MODEL = 32;
  static final ModelFingerprint MODEL =
      new ModelFingerprint("a".repeat(64), Optional.empty(), Optional.empty(), D_MODEL, N_LAYERS);

  private TinyPrompts() {}

  static LanguageModel model() {
    Path folder = SharedFixtures.repositoryRoot().resolve("golden/models/llama");
    return LanguageModel.load(folder, DType.FLOAT32, Device.CPU);
  }

  /// As many harmful as harmless prompts; categories take turns.
  static EncodedPrompts of(int perLabel, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<LabelledPrompt> prompts = new ArrayList<>();
    List<Prompt> tokens = new ArrayList<>();
    for (int i = 0; i < perLabel; i++) {
      for (Label label : Label.values()) {
        int[] ids = random.ints(5 + i % 3, 3, 96).toArray();
        ids[ids.length - 2] = 1;
        ids[ids.length - 1] = 2;
        tokens.add(Prompt.of(ids, ids.length - 3));
        prompts.add(
            new LabelledPrompt(
                i + "/" + label.id(),
                "text " + i,
                label,
                Optional.of(i % 2 == 0 ? "fraud" : "spam"),
                Optional.of("" + i),
                Split.TRAIN));
      }
    }
    return new EncodedPrompts(PromptSet.of("tiny", prompts), tokens, List.of("a", "b"));
  }
}
