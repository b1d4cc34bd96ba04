package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ResidualRow;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.testkit.SharedFixtures;

/// Readings by hand, and the tiny random model of the golden set with random prompts.
final class Toy {
  static final RefusalTokens TOKENS = new RefusalTokens(List.of(5, 9), List.of("a", "b"), 0, 0);

  private Toy() {}

  static LanguageModel model() {
    return LanguageModel.load(
        SharedFixtures.repositoryRoot().resolve("golden/models/llama"), DType.FLOAT32, Device.CPU);
  }

  /// Prompts that end with the same token, as those of a chat template do.
  static List<Prompt> prompts(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = random.ints(6 + i % 3, 3, 96).toArray();
      ids[ids.length - 1] = 2;
      prompts.add(Prompt.of(ids, ids.length - 2));
    }
    return prompts;
  }

  /// Prompts as the analyses take them, with one attacked prompt for each request.
  static ExplainPrompts all() {
    List<Prompt> none = List.of();
    return new ExplainPrompts(
        none,
        none,
        none,
        none,
        prompts(6, 3),
        prompts(6, 4),
        prompts(6, 5),
        prompts(6, 6),
        prompts(6, 7),
        IntStream.range(0, 6).boxed().toList());
  }

  /// Readings of one block: each vector is what enters it, and what leaves it.
  static Readings readings(double[]... vectors) {
    List<ResidualRow> rows = new ArrayList<>();
    for (double[] vector : vectors) {
      float[] values = new float[2 * vector.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) vector[i % vector.length];
      }
      rows.add(new ResidualRow(1, 2, vector.length, values));
    }
    return new Readings(rows, new double[vectors.length]);
  }

  static LayerDirections directions(LanguageModel model) {
    return new LayerDirections(
        Readings.of(model, prompts(8, 1), TOKENS), Readings.of(model, prompts(8, 2), TOKENS));
  }
}
