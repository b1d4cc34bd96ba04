package org.demur.train;

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
import org.demur.model.LanguageModel;
import org.demur.model.ModelTextFiles;
import org.demur.model.PromptEncoder;
import org.demur.model.Speaker;
import org.demur.model.adapter.LoraConfig;
import org.demur.model.config.ConfigFields;
import org.demur.model.family.Families;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.testkit.SharedFixtures;
import org.demur.text.tokenizer.Tokenizer;

/// A random model of two blocks with the byte-level vocabulary of the golden set, a chat template
/// and a new adapter.
final class TinySpeaker implements AutoCloseable {
  private static final int END = 2;
  private static final String TEMPLATE =
      "{% for m in messages %}<|turn|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
          + "<|turn|>assistant\n";
  private static final Map<String, Object> CONFIG =
      Map.of(
          "model_type", "llama",
          "num_hidden_layers", 2,
          "hidden_size", 32,
          "num_attention_heads", 4,
          "num_key_value_heads", 2,
          "intermediate_size", 48,
          "vocab_size", 360,
          "max_position_embeddings", 256,
          "rms_norm_eps", 1e-6,
          "eos_token_id", END);

  final LanguageModel model;
  private final Tokenizer tokenizer;
  final Speaker speaker;

  TinySpeaker(Path parent) {
    try {
      Path folder = Files.createTempDirectory(parent, "tiny");
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
    model
        .adapters()
        .create(
            TinyTraining.ADAPTER,
            LoraConfig.of(4, 8, 0),
            List.of("q_proj", "v_proj", "down_proj"),
            new SplittableRandom(11));
    model.adapters().activate(List.of(TinyTraining.ADAPTER));
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
    WeightLayout.of(Families.architecture(new ConfigFields("tiny", CONFIG)))
        .forEach((name, shape) -> writer.add(name, shape, random(name, shape)));
    writer.write();
  }

  private static float[] random(String name, List<Long> shape) {
    Random random = new Random(name.hashCode());
    float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
    boolean norm = name.contains("norm");
    for (int i = 0; i < values.length; i++) {
      double spread = norm ? 0.1 : 1 / Math.sqrt(shape.getLast());
      values[i] = (float) ((norm ? 1 : 0) + spread * random.nextGaussian());
    }
    return values;
  }

  /// Rows of texts, each twice with another refusal.
  TrainingData data() {
    List<TrainingRow> harmful = new ArrayList<>();
    List<TrainingRow> utility = new ArrayList<>();
    for (String text : List.of("the water was over", "she turned it", "there we were", "of it")) {
      for (String refusal : List.of("no", "not that")) {
        harmful.add(
            TrainingRow.replying(speaker.question(text), speaker.reply(refusal), Side.HARMFUL));
      }
      utility.add(
          TrainingRow.replying(
              speaker.question("what of " + text), speaker.reply("the letters"), Side.UTILITY));
    }
    return new TrainingData(
        harmful, utility, List.of(), List.of(new int[] {40, 50, 60}, new int[] {70, 80}));
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
