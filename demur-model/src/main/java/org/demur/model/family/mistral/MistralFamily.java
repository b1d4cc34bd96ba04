package org.demur.model.family.mistral;

import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Mistral 7B and later dense models: llama with a sliding window in every block, or in none.
///
/// **Source**: transformers `modeling_mistral.py`.
public final class MistralFamily implements Family {
  private static final Map<String, Object> DEFAULTS =
      Map.of("sliding_window", 4096, "num_key_value_heads", 8);

  @Override
  public List<String> modelTypes() {
    return List.of("mistral");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, false);
    return fields.layers(fields.sameLayers(fields.slidingWindow())).architecture("mistral");
  }
}
