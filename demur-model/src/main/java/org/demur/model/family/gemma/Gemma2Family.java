package org.demur.model.family.gemma;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.AttentionSpec;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.Architecture.NormPlacement;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.Architecture.Scales;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Gemma 2: norms on both sides, soft caps, every other block with a sliding window.
///
/// **Source**: transformers `modeling_gemma2.py`.
public final class Gemma2Family implements Family {
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "head_dim",
          256,
          "num_key_value_heads",
          4,
          "hidden_activation",
          "gelu_pytorch_tanh",
          "attn_logit_softcapping",
          50.0,
          "final_logit_softcapping",
          30.0,
          "sliding_window",
          4096);

  @Override
  public List<String> modelTypes() {
    return List.of("gemma2");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, true);
    boolean bias = config.flag("attention_bias", false);
    double cap = config.number("attn_logit_softcapping", 0);
    double scale = 1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256));
    int window = fields.slidingWindow();
    List<LayerSpec> layers = new ArrayList<>();
    for (boolean sliding : fields.slidingLayers(layer -> layer % 2 == 0)) {
      layers.add(new LayerSpec(sliding ? window : 0, 0, false));
    }
    return fields
        .norms(NormPlacement.BOTH, true)
        .attention(new AttentionSpec(false, bias, bias, QueryKeyNorm.NONE, scale, cap))
        .feedForward(new FeedForwardSpec(fields.feedForward().activation(), false, false))
        .layers(layers)
        .scales(
            new Scales(
                Math.sqrt(fields.dimensions().dModel()),
                1,
                1,
                config.number("final_logit_softcapping", 0)))
        .architecture("gemma2");
  }
}
