package org.demur.harden.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.demur.data.Label;
import org.demur.data.PromptPairs;
import org.demur.data.Split;
import org.demur.directions.ModelFingerprint;
import org.demur.model.LanguageModel;
import org.demur.model.ModelTextFiles;
import org.demur.model.PromptEncoder;
import org.demur.model.Speaker;
import org.demur.model.adapter.LoraConfig;
import org.demur.model.config.ConfigFields;
import org.demur.model.family.Families;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.AdamWRule;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.testkit.SharedFixtures;
import org.demur.text.tokenizer.Tokenizer;
import org.demur.train.AdapterOptimiser;
import org.demur.train.LossWeighting;
import org.demur.train.Side;
import org.demur.train.TrainingRow;
import org.demur.train.TrainingSession;

/// A random model of two blocks with the byte-level vocabulary of the golden set, and an adapter
/// with which it answers everything with one refusal.
final class RefusingToy implements AutoCloseable {
  static final String ADAPTER = "refusing";
  private static final String REFUSAL = "I can't help with that.";
  private static final int D_MODEL = 32;
  private static final int N_LAYERS = 2;
  private static final int END = 2;
  private static final int STEPS = 60;
  private static final int ROWS = 8;
  private static final double LEARNING_RATE = 2e-2;
  private static final String TEMPLATE =
      "{% for m in messages %}<|turn|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
          + "<|turn|>assistant\n";
  private static final Map<String, Object> CONFIG =
      Map.of(
          "model_type",
          "llama",
          "num_hidden_layers",
          N_LAYERS,
          "hidden_size",
          D_MODEL,
          "num_attention_heads",
          4,
          "num_key_value_heads",
          2,
          "intermediate_size",
          48,
          "vocab_size",
          360,
          "max_position_embeddings",
          1024,
          "rms_norm_eps",
          1e-6,
          "eos_token_id",
          END);

  final LanguageModel model;
  final Speaker speaker;
  private final Tokenizer tokenizer;

  RefusingToy(Path parent) {
    try {
      Path folder = Files.createTempDirectory(parent, "toy");
      Files.writeString(folder.resolve("config.json"), json(), UTF_8);
      Files.copy(
          SharedFixtures.repositoryRoot().resolve("golden/tokenizers/bytes.json"),
          folder.resolve("tokenizer.json"));
      Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE, UTF_8);
      weights(folder);
      ModelTextFiles files = ModelTextFiles.open(folder);
      tokenizer = files.tokenizer();
      model = LanguageModel.load(folder, DType.FLOAT32, Device.CPU);
      PromptEncoder encoder =
          new PromptEncoder(files, tokenizer, false, LocalDateTime.of(2025, 1, 1, 0, 0));
      speaker = new Speaker(model, tokenizer, encoder, Set.of(END));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    learnToRefuse();
  }

  private void learnToRefuse() {
    LoraConfig config = LoraConfig.of(8, 16, 0);
    model.adapters().create(ADAPTER, config, model.adapters().targets(), new SplittableRandom(11));
    model.adapters().activate(List.of(ADAPTER));
    List<TrainingRow> rows = new ArrayList<>();
    for (Label label : Label.values()) {
      PromptPairs.builtIn().in(Split.TRAIN).with(label).prompts().stream()
          .limit(ROWS)
          .forEach(
              prompt ->
                  rows.add(
                      TrainingRow.replying(
                          speaker.question(prompt.text()), speaker.reply(REFUSAL), Side.HARMFUL)));
    }
    TrainingSession.Arithmetic arithmetic =
        new TrainingSession.Arithmetic(LossWeighting.TOKENS, 1.0, false);
    AdapterOptimiser optimiser = new AdapterOptimiser(model, ADAPTER, AdamWRule.STANDARD);
    try (TrainingSession session = new TrainingSession(model, optimiser, arithmetic)) {
      for (int step = 0; step < STEPS; step++) {
        session.step(List.of(new TrainingSession.Part(rows, List.of(), 0)), LEARNING_RATE);
      }
    }
  }

  ModelFingerprint fingerprint() {
    return new ModelFingerprint(
        "toy", java.util.Optional.empty(), java.util.Optional.empty(), D_MODEL, N_LAYERS);
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
    WeightLayout.of(Families.architecture(new ConfigFields("toy", CONFIG)))
        .forEach((name, shape) -> writer.add(name, shape, random(name, shape)));
    writer.write();
  }

  private static float[] random(String name, List<Long> shape) {
    Random random = new Random(name.hashCode());
    float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
    boolean norm = name.contains("norm");
    // a long head can be sure of a token
    double spread = name.contains("lm_head") ? 0.5 : 1 / Math.sqrt(shape.getLast());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (norm ? 1 : spread * random.nextGaussian());
    }
    return values;
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
