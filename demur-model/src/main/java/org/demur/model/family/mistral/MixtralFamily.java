package org.demur.model.family.mistral;

import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.ExpertNaming;
import org.demur.model.config.Architecture.ExpertsSpec;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Mixtral: mistral with a mixture of experts in every block.
///
/// **Source**: transformers `modeling_mixtral.py`.
public final class MixtralFamily implements Family {
  private static final Map<String, Object> DEFAULTS =
      Map.of("rms_norm_eps", 1e-5, "rope_theta", 1e6, "num_key_value_heads", 8);

  @Override
  public List<String> modelTypes() {
    return List.of("mixtral");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, false);
    List<LayerSpec> layers =
        fields.sameLayers(fields.slidingWindow()).stream()
            .map(layer -> new LayerSpec(layer.slidingWindow(), layer.rope(), true))
            .toList();
    return fields
        .experts(
            new ExpertsSpec(
                config.integer("num_local_experts", 1, 1024, 8),
                config.integer("num_experts_per_tok", 1, 1024, 2),
                fields.dimensions().dFeedForward(),
                true,
                ExpertNaming.MIXTRAL))
        .layers(layers)
        .architecture("mixtral");
  }
}
