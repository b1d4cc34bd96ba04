package org.demur.model.family.olmo;

import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.NormPlacement;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// OLMo 2: norms after attention and MLP only, and one over all query and all key heads.
///
/// **Source**: transformers `modeling_olmo2.py`.
public final class Olmo2Family implements Family {
  private static final Map<String, Object> DEFAULTS = Map.of("rms_norm_eps", 1e-5);

  @Override
  public List<String> modelTypes() {
    return List.of("olmo2");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    boolean bias = config.flag("attention_bias", false);
    return new DecoderFields(config, false)
        .norms(NormPlacement.AFTER, false)
        .attentionBias(bias, bias)
        .queryKeyNorm(QueryKeyNorm.ALL_HEADS)
        .architecture("olmo2");
  }
}
