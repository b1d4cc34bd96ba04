package org.demur.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.adapter.LoraConfig;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.testkit.SharedFixtures;

/// A training of the tiny random model of the golden set on random rows: harmful prompts begin with
/// one token and are answered with another.
final class TinyTraining {
  static final String ADAPTER = "trained";
  private static final int VOCABULARY = 96;
  private static final int HARMFUL_MARK = 5;
  private static final int REFUSAL = 7;

  private TinyTraining() {}

  static LanguageModel model() {
    return model(0.1);
  }

  static LanguageModel model(double dropout) {
    Path folder = SharedFixtures.repositoryRoot().resolve("golden/models/llama");
    LanguageModel model = LanguageModel.load(folder, DType.FLOAT32, Device.CPU);
    model
        .adapters()
        .create(
            ADAPTER,
            LoraConfig.of(4, 8, dropout),
            List.of("q_proj", "v_proj", "o_proj", "up_proj", "down_proj"),
            new SplittableRandom(11));
    model.adapters().activate(List.of(ADAPTER));
    return model;
  }

  static TrainingData data() {
    SplittableRandom random = new SplittableRandom(2);
    List<TrainingRow> harmful = new ArrayList<>();
    List<TrainingRow> utility = new ArrayList<>();
    List<Prompt> harmless = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Prompt bad = prompt(random, 4 + i % 3);
      int[] ids = bad.ids();
      ids[ids.length - 2] = HARMFUL_MARK;
      harmful.add(TrainingRow.replying(Prompt.of(ids), new int[] {REFUSAL, 8, 2}, Side.HARMFUL));
      Prompt good = prompt(random, 4 + i % 4);
      utility.add(
          TrainingRow.replying(good, random.ints(2 + i % 3, 9, 90).toArray(), Side.UTILITY));
      harmless.add(prompt(random, 5 + i % 2));
    }
    return new TrainingData(
        harmful, utility, harmless, List.of(new int[] {20, 21, 22}, new int[] {30, 31}));
  }

  private static Prompt prompt(SplittableRandom random, int length) {
    return Prompt.of(random.ints(length, 9, VOCABULARY).toArray());
  }

  static TrainingSettings plain(int steps) {
    return TrainingSettings.plain(steps, 3, 1e-2).seeded(4);
  }

  static TrainingSettings refat(int steps) {
    return plain(steps).with(Optional.of(RefatSettings.PUBLISHED.refreshing(3, 4)));
  }

  static Trainer trainer(LanguageModel model, TrainingSettings settings, Path file, int every) {
    return new Trainer(
        new Trainer.Subject(model, ADAPTER, "tiny"),
        data(),
        settings,
        new Trainer.Checkpoints(file, every));
  }

  /// Trains a new adapter to the end and gives its factors.
  static Map<String, float[]> trained(
      TrainingSettings settings, Path folder, Consumer<StepReport> listener) {
    try (LanguageModel model = model();
        Trainer trainer = trainer(model, settings, folder.resolve("checkpoint.safetensors"), 100)) {
      trainer.run(listener);
      return factors(model);
    }
  }

  static Map<String, float[]> factors(LanguageModel model) {
    Map<String, float[]> factors = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      model
          .adapters()
          .parameters(ADAPTER)
          .forEach((name, factor) -> factors.put(name, factor.toFloats()));
    }
    return factors;
  }

  /// Takes the gradients of factors and forgets them.
  static List<float[]> takenGradients(List<Tensor> factors) {
    List<float[]> gradients = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      for (Tensor factor : factors) {
        gradients.add(factor.grad().toFloats());
        factor.clearGrad();
      }
    }
    return gradients;
  }

  static double square(List<float[]> gradients) {
    double square = 0;
    for (float[] gradient : gradients) {
      for (float number : gradient) {
        square += (double) number * number;
      }
    }
    return square;
  }

  /// Moves factors along directions and forgets their gradients.
  static void move(List<Tensor> factors, List<float[]> along, double by) {
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      for (int i = 0; i < factors.size(); i++) {
        float[] values = factors.get(i).toFloats();
        for (int j = 0; j < values.length; j++) {
          values[j] += (float) (by * along.get(i)[j]);
        }
        long[] shape = factors.get(i).shape().stream().mapToLong(Long::longValue).toArray();
        factors.get(i).assign(Tensors.ofFloats(values, Device.CPU, shape));
        factors.get(i).clearGrad();
      }
    }
  }
}
