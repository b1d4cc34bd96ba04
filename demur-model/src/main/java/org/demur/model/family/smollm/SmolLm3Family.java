package org.demur.model.family.smollm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// SmolLM 3: llama in which some blocks have no rotary embedding.
///
/// **Source**: transformers `modeling_smollm3.py`. (SmolLM 2 is plain llama.)
public final class SmolLm3Family implements Family {
  private static final Map<String, Object> DEFAULTS =
      Map.of("num_key_value_heads", 4, "rope_theta", 2e6);

  @Override
  public List<String> modelTypes() {
    return List.of("smollm3");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, true);
    boolean attentionBias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    return fields
        .attentionBias(attentionBias, attentionBias)
        .feedForward(new FeedForwardSpec(fields.feedForward().activation(), false, mlpBias))
        .layers(layers(config, fields))
        .architecture("smollm3");
  }

  private static List<LayerSpec> layers(ConfigFields config, DecoderFields fields) {
    int nLayers = fields.dimensions().nLayers();
    int interval = config.integer("no_rope_layer_interval", 1, 1024, 4);
    List<Object> rotated = config.list("no_rope_layers").orElse(List.of());
    if (!rotated.isEmpty() && rotated.size() != nLayers) {
      config.problem(
          "no_rope_layers has %d entries, but there are %d layers"
              .formatted(rotated.size(), nLayers));
      rotated = List.of();
    }
    boolean switchedOn = config.flag("use_sliding_window", false);
    int window = switchedOn ? fields.slidingWindow() : 0;
    List<Object> flags = rotated;
    // despite its name, the list holds 1 where the rotary embedding is used
    IntPredicate rotates =
        layer ->
            flags.isEmpty()
                ? (layer + 1) % interval != 0
                : !Integer.valueOf(0).equals(flags.get(layer));
    List<Boolean> sliding = fields.slidingLayers(layer -> switchedOn && !rotates.test(layer));
    List<LayerSpec> layers = new ArrayList<>();
    for (int layer = 0; layer < nLayers; layer++) {
      layers.add(
          new LayerSpec(sliding.get(layer) ? window : 0, rotates.test(layer) ? 0 : -1, false));
    }
    return layers;
  }
}
