package org.demur.model.family.granite;

import java.util.List;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.AttentionSpec;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.Architecture.Scales;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Granite 3: llama with four multipliers.
///
/// **Source**: transformers `modeling_granite.py`.
public final class GraniteFamily implements Family {
  @Override
  public List<String> modelTypes() {
    return List.of("granite");
  }

  @Override
  public Architecture architecture(ConfigFields config) {
    DecoderFields fields = new DecoderFields(config, false);
    boolean bias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    double attentionScale = config.positive("attention_multiplier", 1);
    return fields
        .attention(new AttentionSpec(false, bias, bias, QueryKeyNorm.NONE, attentionScale, 0))
        .feedForward(new FeedForwardSpec(fields.feedForward().activation(), false, mlpBias))
        .scales(
            new Scales(
                config.positive("embedding_multiplier", 1),
                config.positive("residual_multiplier", 1),
                config.positive("logits_scaling", 1),
                0))
        .architecture("granite");
  }
}
