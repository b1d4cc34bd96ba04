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
import org.demur.model.config.RopeFields;

/// Gemma 3, text only: five sliding blocks to one full, each kind with its own rotary embedding.
///
/// **Source**: transformers `modeling_gemma3.py`.
public final class Gemma3Family implements Family {
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "head_dim",
          256,
          "num_key_value_heads",
          4,
          "hidden_activation",
          "gelu_pytorch_tanh",
          "sliding_window",
          4096);

  private static final int FULL = 0;
  private static final int SLIDING = 1;

  @Override
  public List<String> modelTypes() {
    return List.of("gemma3_text");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, true);
    if (config.flag("use_bidirectional_attention", false)) {
      config.problem("use_bidirectional_attention is true, but only causal models can be run");
    }
    boolean bias = config.flag("attention_bias", false);
    double scale = 1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256));
    int window = fields.slidingWindow();
    int period =
        config.integer(
            "sliding_window_pattern",
            1,
            1024,
            config.integer("_sliding_window_pattern", 1, 1024, 6));
    List<LayerSpec> layers = new ArrayList<>();
    for (boolean sliding : fields.slidingLayers(layer -> (layer + 1) % period != 0)) {
      layers.add(new LayerSpec(sliding ? window : 0, sliding ? SLIDING : FULL, false));
    }
    RopeFields ropes = new RopeFields(config, fields.dimensions());
    return fields
        .norms(NormPlacement.BOTH, true)
        .attention(new AttentionSpec(false, bias, bias, QueryKeyNorm.PER_HEAD, scale, 0))
        .feedForward(new FeedForwardSpec(fields.feedForward().activation(), false, false))
        .layers(layers)
        .ropes(
            List.of(
                ropes.ofLayerType("full_attention", config.positive("rope_theta", 1e6), true),
                ropes.ofLayerType(
                    "sliding_attention", config.positive("rope_local_base_freq", 1e4), false)))
        .scales(
            new Scales(
                Math.sqrt(fields.dimensions().dModel()),
                1,
                1,
                config.number("final_logit_softcapping", 0)))
        .architecture("gemma3_text");
  }
}
