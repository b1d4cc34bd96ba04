package org.demur.model.family.qwen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.ExpertNaming;
import org.demur.model.config.Architecture.ExpertsSpec;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Qwen 3 with a mixture of experts in most blocks.
///
/// **Source**: transformers `modeling_qwen3_moe.py`.
public final class Qwen3MoeFamily implements Family {
  @Override
  public List<String> modelTypes() {
    return List.of("qwen3_moe");
  }

  @Override
  public Architecture architecture(ConfigFields config) {
    int dHead =
        config.integer("hidden_size", 1, 1 << 18)
            / Math.max(1, config.integer("num_attention_heads", 1, 1 << 18));
    DecoderFields fields =
        Qwen3Family.fields(
            config.withDefaults(Map.of("head_dim", dHead, "num_key_value_heads", 4)));
    int nExperts =
        config.integer("num_experts", 1, 4096, config.integer("num_local_experts", 1, 4096, 128));
    int step = config.integer("decoder_sparse_step", 1, 1024, 1);
    List<Object> dense = config.list("mlp_only_layers").orElse(List.of());
    int window = config.flag("use_sliding_window", false) ? fields.slidingWindow() : 0;
    List<LayerSpec> layers = new ArrayList<>();
    for (int layer = 0; layer < fields.dimensions().nLayers(); layer++) {
      boolean experts = !dense.contains(layer) && (layer + 1) % step == 0;
      layers.add(new LayerSpec(window, 0, experts));
    }
    return fields
        .experts(
            new ExpertsSpec(
                nExperts,
                config.integer("num_experts_per_tok", 1, 4096, 8),
                config.integer("moe_intermediate_size", 1, 1 << 20, 768),
                config.flag("norm_topk_prob", false),
                ExpertNaming.QWEN))
        .layers(layers)
        .architecture("qwen3_moe");
  }
}
