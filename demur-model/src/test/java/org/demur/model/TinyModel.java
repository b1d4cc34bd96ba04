package org.demur.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.demur.model.config.Architecture;
import org.demur.model.config.ConfigFields;
import org.demur.model.family.Families;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.jspecify.annotations.Nullable;

/// A small random model that a test describes and writes: the same description, the same numbers.
///
/// Every weight is drawn from a stream of its own name, so that changing one leaves the others.
public final class TinyModel {
  private final Map<String, @Nullable Object> config = new LinkedHashMap<>();
  private final SequencedMap<String, UnaryOperator<float[]>> edits = new LinkedHashMap<>();
  private final SequencedMap<String, List<Long>> extra = new LinkedHashMap<>();
  private final List<String> dropped = new java.util.ArrayList<>();

  private TinyModel(String modelType) {
    config.put("model_type", modelType);
    config.put("num_hidden_layers", 3);
    config.put("hidden_size", 16);
    config.put("num_attention_heads", 4);
    config.put("num_key_value_heads", 2);
    config.put("head_dim", 4);
    config.put("intermediate_size", 24);
    config.put("vocab_size", 40);
    config.put("max_position_embeddings", 64);
    config.put("rms_norm_eps", 1e-6);
    config.put("eos_token_id", 2);
  }

  /// Grouped queries, tied head.
  public static TinyModel llama() {
    return new TinyModel("llama").with("tie_word_embeddings", true);
  }

  /// Soft caps, sliding and full blocks, four norms per block.
  public static TinyModel gemma2() {
    return new TinyModel("gemma2")
        .with("sliding_window", 4)
        .with("query_pre_attn_scalar", 5)
        .with("attn_logit_softcapping", 4.0)
        .with("final_logit_softcapping", 3.0);
  }

  /// Three experts, of which a token uses two.
  public static TinyModel mixtral() {
    return new TinyModel("mixtral").with("num_local_experts", 3).with("num_experts_per_tok", 2);
  }

  /// Fused projections, and a rotary embedding that changes beyond 12 tokens.
  public static TinyModel phi3() {
    return new TinyModel("phi3")
        .with("original_max_position_embeddings", 12)
        .with(
            "rope_scaling",
            Map.of(
                "rope_type", "longrope",
                "short_factor", List.of(1.0, 1.5),
                "long_factor", List.of(2.0, 6.0)));
  }

  /// Biases on queries, keys and values.
  public static TinyModel qwen2() {
    return new TinyModel("qwen2");
  }

  /// Norms of queries and keys.
  public static TinyModel qwen3() {
    return new TinyModel("qwen3");
  }

  /// What joins the residual stream is scaled, and so are embeddings and logits.
  public static TinyModel granite() {
    return new TinyModel("granite")
        .with("residual_multiplier", 0.5)
        .with("embedding_multiplier", 2.0)
        .with("attention_multiplier", 0.4)
        .with("logits_scaling", 3.0);
  }

  /// Sets a field of the configuration; null is written as null.
  public TinyModel with(String field, @Nullable Object value) {
    config.put(field, value);
    return this;
  }

  /// Leaves a field of the configuration out.
  public TinyModel without(String field) {
    config.remove(field);
    return this;
  }

  /// Changes the numbers of a weight before it is written.
  public TinyModel edit(String weight, UnaryOperator<float[]> change) {
    edits.put(weight, change);
    return this;
  }

  /// Writes a tensor of zeros of any name and shape, also in place of a weight.
  public TinyModel tensor(String name, Long... shape) {
    extra.put(name, List.of(shape));
    return this;
  }

  /// Leaves a weight out.
  public TinyModel drop(String weight) {
    dropped.add(weight);
    return this;
  }

  /// What the configuration describes.
  public Architecture architecture() {
    return Families.architecture(new ConfigFields("tiny", new LinkedHashMap<>(nonNull(config))));
  }

  /// The text of `config.json`.
  public String configJson() {
    return json(config);
  }

  /// The numbers of every weight, in forward order.
  public SequencedMap<String, float[]> weights() {
    Architecture architecture = architecture();
    SequencedMap<String, float[]> weights = new LinkedHashMap<>();
    WeightLayout.of(architecture)
        .forEach(
            (name, shape) -> {
              float[] values = random(name, shape, architecture.norms().unitOffset());
              weights.put(name, edits.getOrDefault(name, UnaryOperator.identity()).apply(values));
            });
    return weights;
  }

  /// Writes `config.json` and `model.safetensors` below a folder and returns the model's own.
  public Path write(Path parent) {
    try {
      Path folder = Files.createTempDirectory(parent, "tiny");
      Files.writeString(folder.resolve("config.json"), configJson(), UTF_8);
      writeWeights(folder.resolve("model.safetensors"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeWeights(Path file) {
    SequencedMap<String, List<Long>> shapes = WeightLayout.of(architecture());
    SafetensorsWriter writer = new SafetensorsWriter(file).metadata("format", "pt");
    weights()
        .forEach(
            (name, values) -> {
              List<Long> shape = shapes.get(name);
              if (shape != null && !dropped.contains(name) && !extra.containsKey(name)) {
                writer.add(name, shape, values);
              }
            });
    extra.forEach(
        (name, shape) -> writer.add(name, shape, new float[Math.toIntExact(size(shape))]));
    writer.write();
  }

  /// Writes the model and loads it in single precision.
  public LanguageModel load(Path parent) {
    return load(parent, DType.FLOAT32);
  }

  /// Writes the checkpoint and loads it in a type.
  public LanguageModel load(Path parent, DType type) {
    return LanguageModel.load(write(parent), type, Device.CPU);
  }

  /// Token ids of the vocabulary from a seed.
  public static int[] ids(int count, long seed) {
    Random random = new Random(seed);
    return random.ints(count, 3, 40).toArray();
  }

  private static float[] random(String name, List<Long> shape, boolean unitOffset) {
    Random random = new Random(name.hashCode());
    float[] values = new float[Math.toIntExact(size(shape))];
    boolean norm = name.contains("norm");
    double scale = norm ? 0.1 : name.contains("embed") ? 1 : 0.9 / Math.sqrt(shape.getLast());
    double centre = norm && !unitOffset ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (centre + scale * random.nextGaussian());
    }
    return values;
  }

  private static long size(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private static Map<String, Object> nonNull(Map<String, @Nullable Object> fields) {
    Map<String, Object> present = new LinkedHashMap<>();
    fields.forEach(
        (key, value) -> {
          if (value != null) {
            present.put(key, value);
          }
        });
    return present;
  }

  /// JSON of maps, lists, texts, numbers and truth values.
  public static String json(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> json(String.valueOf(entry.getKey())) + ": " + json(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case List<?> list ->
          list.stream().map(TinyModel::json).collect(Collectors.joining(", ", "[", "]"));
      case String text -> "\"" + text + "\"";
      case null, default -> String.valueOf(value);
    };
  }
}
