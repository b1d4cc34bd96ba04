package org.demur.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.demur.model.config.Architecture.AttentionSpec;
import org.demur.model.config.Architecture.ExpertsSpec;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.Architecture.NormPlacement;
import org.demur.model.config.Architecture.Norms;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.Architecture.Scales;

/// The fields that most families share, read once, to be changed where a family differs.
///
/// Starts as llama is: norms before, no biases, one rotary embedding, full attention.
public final class DecoderFields {
  private static final int MAX_LAYERS = 1024;
  private static final int MAX_WIDTH = 1 << 18;
  private static final int MAX_VOCABULARY = 1 << 22;
  private static final int MAX_CONTEXT = 1 << 27;
  private static final List<String> LAYER_TYPES = List.of("full_attention", "sliding_attention");

  private final ConfigFields config;
  private final Dimensions dimensions;
  private Norms norms;
  private AttentionSpec attention;
  private FeedForwardSpec feedForward;
  private Optional<ExpertsSpec> experts = Optional.empty();
  private List<LayerSpec> layers;
  private List<RopeSpec> ropes;
  private Scales scales = Scales.NONE;
  private boolean tiedHead;

  /// Reads the shared fields.
  ///
  /// @param config the configuration
  /// @param tiedByDefault whether the head is the embedding when `tie_word_embeddings` is missing
  public DecoderFields(ConfigFields config, boolean tiedByDefault) {
    this.config = config;
    dimensions = readDimensions();
    norms = new Norms(NormPlacement.BEFORE, config.positive("rms_norm_eps", 1e-6), false);
    attention =
        new AttentionSpec(
            false, false, false, QueryKeyNorm.NONE, 1 / Math.sqrt(dimensions.dHead()), 0);
    feedForward = new FeedForwardSpec(activation(), false, false);
    ropes = List.of(new RopeFields(config, dimensions).single());
    layers = sameLayers(0);
    tiedHead = config.flag("tie_word_embeddings", tiedByDefault);
  }

  private Dimensions readDimensions() {
    int dModel = config.integer("hidden_size", 1, MAX_WIDTH);
    int nHeads = config.integer("num_attention_heads", 1, MAX_WIDTH);
    int nKvHeads = config.integer("num_key_value_heads", 1, MAX_WIDTH, nHeads);
    int dHead = config.integer("head_dim", 1, MAX_WIDTH, Math.max(1, dModel / nHeads));
    if (nHeads % nKvHeads != 0) {
      config.problem(
          "num_attention_heads %d is no multiple of num_key_value_heads %d"
              .formatted(nHeads, nKvHeads));
    }
    if (dHead % 2 != 0) {
      config.problem("a head of %d cannot be rotated in pairs".formatted(dHead));
    }
    return new Dimensions(
        config.integer("num_hidden_layers", 1, MAX_LAYERS),
        dModel,
        nHeads,
        nKvHeads,
        dHead,
        config.integer("intermediate_size", 1, MAX_WIDTH * 8),
        config.integer("vocab_size", 1, MAX_VOCABULARY),
        config.integer("max_position_embeddings", 1, MAX_CONTEXT, 4096));
  }

  private Activation activation() {
    String name =
        config.text("hidden_activation").or(() -> config.text("hidden_act")).orElse("silu");
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_pytorch_tanh", "gelu_new" -> Activation.GELU_TANH;
      default -> {
        config.problem(
            "unknown activation \"%s\"; known: silu, gelu, gelu_pytorch_tanh".formatted(name));
        yield Activation.SILU;
      }
    };
  }

  /// Sizes.
  public Dimensions dimensions() {
    return dimensions;
  }

  /// The MLP as read so far.
  public FeedForwardSpec feedForward() {
    return feedForward;
  }

  /// The same layer `nLayers` times, with the first rotary embedding.
  public List<LayerSpec> sameLayers(int slidingWindow) {
    List<LayerSpec> same = new ArrayList<>();
    for (int layer = 0; layer < dimensions.nLayers(); layer++) {
      same.add(new LayerSpec(slidingWindow, 0, false));
    }
    return same;
  }

  /// `sliding_window`, or 0 when it is missing or null.
  public int slidingWindow() {
    return config.integer("sliding_window", 0, MAX_CONTEXT, 0);
  }

  /// Whether each layer slides, from `layer_types`, or from `fallback` where the file has none.
  public List<Boolean> slidingLayers(java.util.function.IntPredicate fallback) {
    List<Object> types = config.list("layer_types").orElse(List.of());
    if (config.has("layer_types") && types.size() != dimensions.nLayers()) {
      config.problem(
          "layer_types has %d entries, but there are %d layers"
              .formatted(types.size(), dimensions.nLayers()));
      types = List.of();
    }
    List<Boolean> sliding = new ArrayList<>();
    for (int layer = 0; layer < dimensions.nLayers(); layer++) {
      if (types.isEmpty()) {
        sliding.add(fallback.test(layer));
      } else {
        if (!LAYER_TYPES.contains(types.get(layer))) {
          config.problem(
              "unknown layer type \"%s\"; known: %s"
                  .formatted(types.get(layer), String.join(", ", LAYER_TYPES)));
        }
        sliding.add("sliding_attention".equals(types.get(layer)));
      }
    }
    return sliding;
  }

  /// Replaces the norms.
  public DecoderFields norms(NormPlacement placement, boolean unitOffset) {
    norms = new Norms(placement, norms.epsilon(), unitOffset);
    return this;
  }

  /// Replaces attention.
  public DecoderFields attention(AttentionSpec replacement) {
    attention = replacement;
    return this;
  }

  /// Sets the biases of attention.
  public DecoderFields attentionBias(boolean qkv, boolean output) {
    return attention(
        new AttentionSpec(
            attention.fusedQkv(),
            qkv,
            output,
            attention.queryKeyNorm(),
            attention.scale(),
            attention.softCap()));
  }

  /// Sets the norm of queries and keys.
  public DecoderFields queryKeyNorm(QueryKeyNorm norm) {
    return attention(
        new AttentionSpec(
            attention.fusedQkv(),
            attention.qkvBias(),
            attention.outputBias(),
            norm,
            attention.scale(),
            attention.softCap()));
  }

  /// Replaces the MLP.
  public DecoderFields feedForward(FeedForwardSpec replacement) {
    feedForward = replacement;
    return this;
  }

  /// Adds a mixture of experts, used by the layers that say so.
  public DecoderFields experts(ExpertsSpec spec) {
    if (spec.nActive() > spec.nExperts()) {
      config.problem(
          "%d experts per token, but there are %d".formatted(spec.nActive(), spec.nExperts()));
    }
    experts = Optional.of(spec);
    return this;
  }

  /// Replaces the layers.
  public DecoderFields layers(List<LayerSpec> replacement) {
    layers = replacement;
    return this;
  }

  /// Replaces the rotary embeddings.
  public DecoderFields ropes(List<RopeSpec> replacement) {
    ropes = replacement;
    return this;
  }

  /// Replaces the multipliers.
  public DecoderFields scales(Scales replacement) {
    scales = replacement;
    return this;
  }

  /// The finished architecture.
  public Architecture architecture(String modelType) {
    return new Architecture(
        modelType,
        dimensions,
        norms,
        attention,
        feedForward,
        experts,
        List.copyOf(layers),
        List.copyOf(ropes),
        scales,
        tiedHead);
  }
}
