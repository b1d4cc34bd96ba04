package org.demur.model.family.qwen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Qwen 2 and 2.5: llama with biases on queries, keys and values.
///
/// **Source**: transformers `modeling_qwen2.py`.
public final class Qwen2Family implements Family {
  private static final Map<String, Object> DEFAULTS = Map.of("num_key_value_heads", 32);

  @Override
  public List<String> modelTypes() {
    return List.of("qwen2");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, false);
    return fields
        .attentionBias(true, false)
        .layers(slidingLayers(config, fields))
        .architecture("qwen2");
  }

  /// Layers of Qwen: the window applies from `max_window_layers` on, and only when switched on.
  static List<LayerSpec> slidingLayers(ConfigFields config, DecoderFields fields) {
    boolean switchedOn = config.flag("use_sliding_window", false);
    int window = switchedOn ? fields.slidingWindow() : 0;
    int first = config.integer("max_window_layers", 0, Integer.MAX_VALUE, 28);
    List<LayerSpec> layers = new ArrayList<>();
    for (boolean sliding : fields.slidingLayers(layer -> layer >= first)) {
      layers.add(new LayerSpec(sliding ? window : 0, 0, false));
    }
    return layers;
  }
}
