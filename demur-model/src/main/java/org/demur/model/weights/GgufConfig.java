package org.demur.model.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.ModelException;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.gguf.GgufFile;
import org.demur.tensor.gguf.GgufMetadata;

/// Turns the metadata of a GGUF file into the fields of a Hugging Face configuration.
///
/// The families then read one kind of configuration. What the format leaves to the reader, such as
/// the pattern of sliding layers, follows llama.cpp.
public final class GgufConfig {
  /// Names in `general.architecture` and the families that they are.
  private static final Map<String, String> MODEL_TYPES =
      Map.ofEntries(
          Map.entry("llama", "llama"),
          Map.entry("mistral", "mistral"),
          Map.entry("mixtral", "mixtral"),
          Map.entry("qwen2", "qwen2"),
          Map.entry("qwen3", "qwen3"),
          Map.entry("qwen3moe", "qwen3_moe"),
          Map.entry("gemma", "gemma"),
          Map.entry("gemma2", "gemma2"),
          Map.entry("gemma3", "gemma3_text"),
          Map.entry("phi3", "phi3"),
          Map.entry("olmo2", "olmo2"),
          Map.entry("smollm3", "smollm3"),
          Map.entry("granite", "granite"));

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final String prefix;
  private final Map<String, Object> fields = new LinkedHashMap<>();

  private GgufConfig(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
    this.prefix = architecture(file) + ".";
  }

  /// The fields of a configuration for a file.
  ///
  /// @throws ModelException with [ErrorCode#MODEL_CONFIG] for an unknown architecture; the known
  ///   ones are listed
  public static ConfigFields fields(GgufFile file) {
    return new GgufConfig(file).collect();
  }

  private static String architecture(GgufFile file) {
    String name =
        file.metadata()
            .string("general.architecture")
            .orElseThrow(() -> file.metadata().missing("general.architecture"));
    if (!MODEL_TYPES.containsKey(name)) {
      List<String> known = MODEL_TYPES.keySet().stream().sorted().toList();
      throw new ModelException(
          ErrorCode.MODEL_CONFIG,
          "%s: unknown general.architecture \"%s\"%s; known: %s"
              .formatted(
                  file.path(), name, Suggestions.hint(name, known), String.join(", ", known)));
    }
    return name;
  }

  private ConfigFields collect() {
    String type = MODEL_TYPES.getOrDefault(prefix.substring(0, prefix.length() - 1), "");
    if (type.equals("llama") && metadata.integer(prefix + "expert_count").orElse(0L) > 0) {
      type = "mixtral";
    }
    fields.put("model_type", type);
    sizes();
    experts();
    rotary(type);
    windows(type);
    biases();
    copyNumber("attention.layer_norm_rms_epsilon", "rms_norm_eps");
    nullOrNumber("attn_logit_softcapping", "attn_logit_softcapping");
    nullOrNumber("final_logit_softcapping", "final_logit_softcapping");
    copyNumber("embedding_scale", "embedding_multiplier");
    copyNumber("residual_scale", "residual_multiplier");
    copyNumber("logit_scale", "logits_scaling");
    copyNumber("attention.scale", "attention_multiplier");
    if (type.equals("gemma2") || type.equals("gemma3_text")) {
      fields.put("query_pre_attn_scalar", queryScalar(type));
    }
    fields.put("tie_word_embeddings", !file.tensors().containsKey("output.weight"));
    return new ConfigFields(file.path().toString(), fields);
  }

  private void sizes() {
    copyInteger("block_count", "num_hidden_layers");
    copyInteger("embedding_length", "hidden_size");
    copyInteger("feed_forward_length", "intermediate_size");
    copyInteger("attention.head_count", "num_attention_heads");
    copyInteger("attention.key_length", "head_dim");
    copyInteger("context_length", "max_position_embeddings");
    Optional<Long> keyHeads = integer("attention.head_count_kv");
    fields.put(
        "num_key_value_heads",
        keyHeads.<Object>map(value -> value).orElse(fields.get("num_attention_heads")));
    if (!fields.containsKey("head_dim") && whole("num_attention_heads") > 0) {
      fields.put("head_dim", whole("hidden_size") / whole("num_attention_heads"));
    }
    StoredTensor embedding = file.tensors().get("token_embd.weight");
    if (embedding != null && !embedding.shape().isEmpty()) {
      fields.put("vocab_size", embedding.shape().getFirst());
    }
  }

  private void experts() {
    copyInteger("expert_count", "num_experts");
    copyInteger("expert_count", "num_local_experts");
    copyInteger("expert_used_count", "num_experts_per_tok");
    copyInteger("expert_feed_forward_length", "moe_intermediate_size");
    fields.put("norm_topk_prob", true);
  }

  private void biases() {
    boolean queries = file.tensors().containsKey("blk.0.attn_q.bias");
    fields.put("attention_bias", queries && file.tensors().containsKey("blk.0.attn_output.bias"));
    fields.put("mlp_bias", file.tensors().containsKey("blk.0.ffn_down.bias"));
  }

  private void rotary(String type) {
    copyNumber("rope.freq_base", "rope_theta");
    long width = integer("rope.dimension_count").orElse(whole("head_dim"));
    if (whole("head_dim") > 0 && width != whole("head_dim")) {
      fields.put("partial_rotary_factor", (double) width / whole("head_dim"));
    }
    Map<String, Object> scaling = scaling();
    if (!scaling.isEmpty()) {
      fields.put("rope_scaling", scaling);
      Object trained = scaling.get("original_max_position_embeddings");
      if (trained != null) {
        fields.put("original_max_position_embeddings", trained);
      }
    }
    if (type.equals("gemma3_text")) {
      metadata
          .number(prefix + "rope.freq_base_swa")
          .ifPresent(base -> fields.put("rope_local_base_freq", base));
    }
  }

  /// Scaling of the frequencies, from the metadata or from tensors of factors.
  private Map<String, Object> scaling() {
    Map<String, Object> scaling = new LinkedHashMap<>();
    long context = whole("max_position_embeddings");
    if (file.tensors().containsKey("rope_factors_short.weight")) {
      scaling.put("rope_type", "longrope");
      scaling.put("short_factor", numbers("rope_factors_short.weight"));
      scaling.put("long_factor", numbers("rope_factors_long.weight"));
      scaling.put(
          "original_max_position_embeddings",
          integer("rope.scaling.original_context_length").orElse(context));
      metadata
          .number(prefix + "rope.scaling.attn_factor")
          .ifPresent(factor -> scaling.put("attention_factor", factor));
    } else if (file.tensors().containsKey("rope_freqs.weight")) {
      // llama 3.1: the converter stores by what each frequency is divided, at any length
      scaling.put("rope_type", "longrope");
      scaling.put("short_factor", numbers("rope_freqs.weight"));
      scaling.put("long_factor", numbers("rope_freqs.weight"));
      scaling.put("original_max_position_embeddings", context);
      scaling.put("attention_factor", 1.0);
    } else {
      String kind = metadata.string(prefix + "rope.scaling.type").orElse("none");
      if (!kind.equals("none")) {
        scaling.put("rope_type", kind);
        metadata
            .number(prefix + "rope.scaling.factor")
            .ifPresent(factor -> scaling.put("factor", factor));
        integer("rope.scaling.original_context_length")
            .ifPresent(length -> scaling.put("original_max_position_embeddings", length));
      }
    }
    return scaling;
  }

  private List<Object> numbers(String tensor) {
    try (Scope scope = Scope.open()) {
      float[] values = Tensors.ofStored(file.tensor(tensor), DType.FLOAT32, Device.CPU).toFloats();
      List<Object> numbers = new java.util.ArrayList<>();
      for (float value : values) {
        numbers.add((double) value);
      }
      return numbers;
    }
  }

  private void windows(String type) {
    Optional<Long> window = integer("attention.sliding_window");
    fields.put("sliding_window", window.filter(size -> size > 0).orElse(null));
    if (type.startsWith("qwen")) {
      fields.put("use_sliding_window", false);
    }
  }

  /// The files do not hold it: llama.cpp derives it from the sizes, with one exception each for the
  /// 27B models.
  private double queryScalar(String type) {
    long layers = whole("num_hidden_layers");
    boolean largest = layers == (type.equals("gemma2") ? 46 : 62);
    return largest && whole("num_attention_heads") > 0
        ? (double) whole("hidden_size") / whole("num_attention_heads")
        : whole("head_dim");
  }

  private Optional<Long> integer(String key) {
    return metadata.integer(prefix + key);
  }

  private long whole(String field) {
    return fields.get(field) instanceof Number number ? number.longValue() : 0;
  }

  private void copyInteger(String key, String field) {
    integer(key).ifPresent(value -> fields.put(field, value));
  }

  private void copyNumber(String key, String field) {
    metadata.number(prefix + key).ifPresent(value -> fields.put(field, value));
  }

  /// A cap that the file does not name is no cap, whatever the family's default.
  private void nullOrNumber(String key, String field) {
    fields.put(field, metadata.number(prefix + key).orElse(null));
  }
}
