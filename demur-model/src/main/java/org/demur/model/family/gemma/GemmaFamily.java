package org.demur.model.family.gemma;

import java.util.List;
import java.util.Map;
import org.demur.model.config.Activation;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.config.Architecture.NormPlacement;
import org.demur.model.config.Architecture.Scales;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Gemma 1: embeddings times the root of the width, norm weights stored as differences from 1.
///
/// **Source**: transformers `modeling_gemma.py`; `gelu` means the tanh approximation, as there.
public final class GemmaFamily implements Family {
  private static final Map<String, Object> DEFAULTS =
      Map.of("head_dim", 256, "num_key_value_heads", 16, "hidden_act", "gelu_pytorch_tanh");

  @Override
  public List<String> modelTypes() {
    return List.of("gemma");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = given.withDefaults(DEFAULTS);
    DecoderFields fields = new DecoderFields(config, true);
    Activation named = fields.feedForward().activation();
    Activation activation = named == Activation.GELU ? Activation.GELU_TANH : named;
    boolean bias = config.flag("attention_bias", false);
    return fields
        .norms(NormPlacement.BEFORE, true)
        .attentionBias(bias, bias)
        .feedForward(new FeedForwardSpec(activation, false, false))
        .scales(new Scales(Math.sqrt(fields.dimensions().dModel()), 1, 1, 0))
        .architecture("gemma");
  }
}
