package org.demur.attacks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.demur.directions.RefusalTokens;
import org.demur.model.LanguageModel;
import org.demur.model.ModelTextFiles;
import org.demur.model.Prompt;
import org.demur.model.PromptEncoder;
import org.demur.model.Speaker;
import org.demur.model.config.Architecture;
import org.demur.model.config.ConfigFields;
import org.demur.model.family.Families;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.testkit.SharedFixtures;
import org.demur.text.tokenizer.Tokenizer;

/// A random model of three blocks with the byte-level vocabulary of the golden set and a chat
/// template, written to a folder and loaded.
final class TinyVictim implements AutoCloseable {
  static final int D_MODEL = 32;
  static final int N_LAYERS = 3;
  private static final int END = 2;
  private static final String TEMPLATE =
      "{% for m in messages %}<|turn|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
          + "<|turn|>assistant\n";

  final LanguageModel model;
  final Tokenizer tokenizer;
  final Speaker speaker;
  final Victim victim;

  private TinyVictim(Path folder) {
    ModelTextFiles files = ModelTextFiles.open(folder);
    tokenizer = files.tokenizer();
    model = LanguageModel.load(folder, DType.FLOAT32, Device.CPU);
    PromptEncoder encoder =
        new PromptEncoder(files, tokenizer, false, LocalDateTime.of(2025, 1, 1, 0, 0));
    speaker = new Speaker(model, tokenizer, encoder, Set.of(END));
    victim = new Victim(speaker, RefusalTokens.usual(tokenizer));
  }

  /// Grouped queries, tied head.
  static TinyVictim llama(Path parent) {
    return of(parent, "llama", Map.of("tie_word_embeddings", true));
  }

  /// Embeddings and logits are scaled, the head has weights of its own.
  static TinyVictim granite(Path parent) {
    return of(
        parent,
        "granite",
        Map.of(
            "residual_multiplier", 0.5,
            "embedding_multiplier", 2.0,
            "attention_multiplier", 0.4,
            "logits_scaling", 0.5,
            "tie_word_embeddings", false));
  }

  /// Soft caps, a sliding window, norms on both sides, embeddings times the root of the width.
  static TinyVictim gemma2(Path parent) {
    return of(
        parent,
        "gemma2",
        Map.of(
            "sliding_window",
            8,
            "query_pre_attn_scalar",
            8,
            "attn_logit_softcapping",
            20.0,
            "final_logit_softcapping",
            15.0));
  }

  private static TinyVictim of(Path parent, String type, Map<String, Object> own) {
    Map<String, Object> config = new LinkedHashMap<>(own);
    config.put("model_type", type);
    config.put("num_hidden_layers", N_LAYERS);
    config.put("hidden_size", D_MODEL);
    config.put("num_attention_heads", 4);
    config.put("num_key_value_heads", 2);
    config.put("head_dim", 8);
    config.put("intermediate_size", 48);
    config.put("vocab_size", 360);
    config.put("max_position_embeddings", 256);
    config.put("rms_norm_eps", 1e-6);
    config.put("eos_token_id", END);
    try {
      Path folder = Files.createTempDirectory(parent, type);
      Files.writeString(folder.resolve("config.json"), json(config), UTF_8);
      Files.copy(
          SharedFixtures.repositoryRoot().resolve("golden/tokenizers/bytes.json"),
          folder.resolve("tokenizer.json"));
      Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE, UTF_8);
      weights(Families.architecture(new ConfigFields("tiny", config)), folder);
      return new TinyVictim(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String json(Map<String, Object> config) {
    StringBuilder text = new StringBuilder("{");
    config.forEach(
        (key, value) ->
            text.append(text.length() == 1 ? "" : ", ")
                .append('"')
                .append(key)
                .append("\": ")
                .append(value instanceof String name ? '"' + name + '"' : value));
    return text.append('}').toString();
  }

  private static void weights(Architecture architecture, Path folder) {
    SafetensorsWriter writer =
        new SafetensorsWriter(folder.resolve("model.safetensors")).metadata("format", "pt");
    WeightLayout.of(architecture)
        .forEach(
            (name, shape) ->
                writer.add(name, shape, random(name, shape, architecture.norms().unitOffset())));
    writer.write();
  }

  private static float[] random(String name, List<Long> shape, boolean unitOffset) {
    Random random = new Random(name.hashCode());
    long size = shape.stream().reduce(1L, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(size)];
    boolean norm = name.contains("norm");
    // embeddings long enough that a head tied to them can be sure of a token
    double scale = norm ? 0.1 : name.contains("embed") ? 0.5 : 1 / Math.sqrt(shape.getLast());
    double centre = norm && !unitOffset ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (centre + scale * random.nextGaussian());
    }
    return values;
  }

  /// Rows of different lengths with a short target.
  List<TargetRow> rows() {
    return List.of(
        TargetRow.of(speaker.question("the water"), 40, 50, 60),
        TargetRow.of(speaker.question("she turned over there"), 40, 50, 60),
        TargetRow.of(speaker.question("letters for a ship"), 70, 80));
  }

  /// Tokens of the users' texts of [#rows].
  List<List<Integer>> instructions() {
    InstructionTokens tokens = new InstructionTokens(speaker);
    return rows().stream().map(TargetRow::prompt).map(tokens::in).toList();
  }

  /// Requests for attacks.
  static List<Request> requests() {
    return List.of(
        new Request("a", "the water was over", true),
        new Request("b", "she turned the letters", true),
        new Request("c", "there we were", false));
  }

  Prompt question(Request request) {
    return speaker.question(request.text());
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
