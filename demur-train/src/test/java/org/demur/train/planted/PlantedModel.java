package org.demur.train.planted;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.demur.model.LanguageModel;
import org.demur.model.adapter.LoraConfig;
import org.demur.model.config.ConfigFields;
import org.demur.model.family.Families;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.train.MethodSettings;
import org.demur.train.Schedule;
import org.demur.train.Trainer;
import org.demur.train.TrainingData;
import org.demur.train.TrainingSettings;

/// A model of four blocks that learns the grammar with our own trainer: factors of full rank on all
/// linear maps, added into the weights. Embeddings and head stay random.
final class PlantedModel implements AutoCloseable {
  static final int D_MODEL = 64;
  static final int N_LAYERS = 4;

  private static final int HEADS = 4;
  private static final int ROWS = 4096;
  private static final int STEPS = 250;
  private static final int ROWS_PER_SIDE = 24;
  private static final double LEARNING_RATE = 3e-3;
  private static final int ARM_ROWS = 1024;
  private static final int ARM_ROWS_PER_SIDE = 16;
  private static final double ARM_LEARNING_RATE = 2e-3;
  private static final LoraConfig ARM = LoraConfig.of(16, 32, 0);
  private static final Map<String, Object> CONFIG =
      Map.of(
          "model_type",
          "llama",
          "num_hidden_layers",
          N_LAYERS,
          "hidden_size",
          D_MODEL,
          "num_attention_heads",
          HEADS,
          "num_key_value_heads",
          HEADS,
          "intermediate_size",
          128,
          "vocab_size",
          Grammar.VOCABULARY,
          "max_position_embeddings",
          64,
          "rms_norm_eps",
          1e-6,
          "tie_word_embeddings",
          false);

  final LanguageModel model;
  private final Path folder;
  private final long seed;

  PlantedModel(Path parent, long seed) {
    this.seed = seed;
    try {
      folder = Files.createTempDirectory(parent, "planted");
      Files.writeString(folder.resolve("config.json"), json(), UTF_8);
      weights(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    model = LanguageModel.load(folder, DType.FLOAT32, Device.CPU);
    TrainingSettings settings =
        TrainingSettings.plain(STEPS, ROWS_PER_SIDE, LEARNING_RATE).warmingUp(20);
    train("base", LoraConfig.of(D_MODEL, D_MODEL, 0), Grammar.planting(ROWS, seed + 10), settings);
    model.adapters().merge("base");
  }

  /// Trains a new adapter from the planted model and leaves it on.
  void train(String arm, MethodSettings method, int steps) {
    TrainingSettings settings =
        TrainingSettings.plain(steps, ARM_ROWS_PER_SIDE, ARM_LEARNING_RATE)
            .warmingUp(10)
            .with(method);
    train(arm, ARM, Grammar.hardening(ARM_ROWS, seed + 20), settings);
  }

  private void train(String name, LoraConfig config, TrainingData data, TrainingSettings settings) {
    model
        .adapters()
        .create(name, config, model.adapters().targets(), new SplittableRandom(seed + 1));
    model.adapters().activate(List.of(name));
    Trainer.Checkpoints last = new Trainer.Checkpoints(folder.resolve(name), settings.steps());
    try (Trainer trainer =
        new Trainer(
            new Trainer.Subject(model, name, "planted"),
            data,
            falling(settings.seeded(seed)),
            last)) {
      trainer.run(report -> {});
    }
  }

  /// With a constant rate the last steps are a matter of luck.
  private static TrainingSettings falling(TrainingSettings given) {
    TrainingSettings.Pace pace =
        new TrainingSettings.Pace(
            given.pace().learningRate(), Schedule.COSINE, given.pace().warmUp());
    return new TrainingSettings(
        given.steps(),
        given.rowsPerSide(),
        given.parts(),
        pace,
        given.optimiser(),
        given.arithmetic(),
        given.seed(),
        given.method());
  }

  private static String json() {
    StringBuilder text = new StringBuilder("{");
    CONFIG.forEach(
        (key, value) ->
            text.append(text.length() == 1 ? "" : ", ")
                .append('"' + key + "\": ")
                .append(value instanceof String name ? '"' + name + '"' : value));
    return text.append('}').toString();
  }

  private static void weights(Path folder) {
    SafetensorsWriter writer =
        new SafetensorsWriter(folder.resolve("model.safetensors")).metadata("format", "pt");
    WeightLayout.of(Families.architecture(new ConfigFields("planted", CONFIG)))
        .forEach((name, shape) -> writer.add(name, shape, random(name, shape)));
    writer.write();
  }

  private static float[] random(String name, List<Long> shape) {
    Random random = new Random(name.hashCode());
    float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
    boolean norm = name.contains("norm");
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (norm ? 1 : spread(name, shape) * random.nextGaussian());
    }
    return values;
  }

  /// The head is long enough to be sure of a token; maps begin small.
  private static double spread(String name, List<Long> shape) {
    if (name.contains("lm_head")) {
      return 1;
    }
    return name.contains("embed") ? 0.5 : 0.5 / Math.sqrt(shape.getLast());
  }

  @Override
  public void close() {
    model.close();
  }
}
