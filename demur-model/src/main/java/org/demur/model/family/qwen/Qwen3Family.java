package org.demur.model.family.qwen;

import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Qwen 3, dense: a norm on each query and key head instead of biases.
///
/// **Source**: transformers `modeling_qwen3.py`.
public final class Qwen3Family implements Family {
  private static final Map<String, Object> DEFAULTS =
      Map.of("num_key_value_heads", 32, "head_dim", 128);

  @Override
  public List<String> modelTypes() {
    return List.of("qwen3");
  }

  @Override
  public Architecture architecture(ConfigFields config) {
    return fields(config).architecture("qwen3");
  }

  static DecoderFields fields(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, false);
    boolean bias = config.flag("attention_bias", false);
    return fields
        .attentionBias(bias, bias)
        .queryKeyNorm(QueryKeyNorm.PER_HEAD)
        .layers(Qwen2Family.slidingLayers(config, fields));
  }
}
