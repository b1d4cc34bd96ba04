package org.demur.model.family.phi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.AttentionSpec;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.DecoderFields;
import org.demur.model.config.Family;

/// Phi 3, 3.5 and 4: fused projections, heads that may be rotated in part, longrope.
///
/// **Source**: transformers `modeling_phi3.py`.
public final class Phi3Family implements Family {
  private static final List<String> ACCEPTED_ROPES = List.of("default", "longrope", "su", "yarn");

  @Override
  public List<String> modelTypes() {
    return List.of("phi3");
  }

  @Override
  public Architecture architecture(ConfigFields given) {
    ConfigFields config = longRopeOnly(given).withDefaults(Map.of("rms_norm_eps", 1e-5));
    DecoderFields fields = new DecoderFields(config, false);
    double scale = 1 / Math.sqrt(fields.dimensions().dHead());
    return fields
        .attention(new AttentionSpec(true, false, false, QueryKeyNorm.NONE, scale, 0))
        .feedForward(new FeedForwardSpec(fields.feedForward().activation(), true, false))
        .layers(fields.sameLayers(fields.slidingWindow()))
        .architecture("phi3");
  }

  /// Phi calls its one scaled embedding `longrope`, `su` or `yarn`, and keeps the trained length at
  /// the top level.
  private static ConfigFields longRopeOnly(ConfigFields config) {
    Optional<ConfigFields> rope =
        config.fields("rope_scaling").or(() -> config.fields("rope_parameters"));
    String type =
        rope.flatMap(fields -> fields.text("rope_type").or(() -> fields.text("type")))
            .orElse("default");
    if (!ACCEPTED_ROPES.contains(type)) {
      config.problem(
          "unknown rope type \"%s\" for phi3; known: %s"
              .formatted(type, String.join(", ", ACCEPTED_ROPES)));
    }
    if (rope.isEmpty() || type.equals("default")) {
      return config;
    }
    int trained = config.integer("original_max_position_embeddings", 1, 1 << 27, 4096);
    return config.with(
        "rope_scaling",
        rope.get()
            .with("rope_type", "longrope")
            .with("original_max_position_embeddings", trained)
            .values());
  }
}
