package org.demur.model.family.llama;

import java.util.List;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Llama 1 to 3.x and everything with the same shape, SmolLM2 among them.
///
/// **Source**: transformers `modeling_llama.py`.
public final class LlamaFamily implements Family {
  @Override
  public List<String> modelTypes() {
    return List.of("llama");
  }

  @Override
  public Architecture architecture(ConfigFields config) {
    DecoderFields fields = new DecoderFields(config, false);
    boolean attentionBias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    return fields
        .attentionBias(attentionBias, attentionBias)
        .feedForward(new FeedForwardSpec(fields.feedForward().activation(), false, mlpBias))
        .architecture("llama");
  }
}
