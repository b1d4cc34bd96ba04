package org.demur.model.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.demur.core.Suggestions;

/// Reads a rotary embedding from the `rope_*` fields of a configuration, old and new spellings.
///
/// New files (transformers 5) have `rope_parameters`; older ones `rope_theta` beside
/// `rope_scaling`.
public final class RopeFields {
  private static final double DEFAULT_THETA = 10000;
  private static final int MAX_CONTEXT = 1 << 27;

  private final ConfigFields config;
  private final Dimensions dimensions;

  /// Reads from `config` for heads of the given sizes.
  public RopeFields(ConfigFields config, Dimensions dimensions) {
    this.config = config;
    this.dimensions = dimensions;
  }

  /// The one rotary embedding of a family that uses the same in all blocks.
  public RopeSpec single() {
    ConfigFields rope =
        config
            .fields("rope_scaling") // the reference lets the old spelling win over the new one
            .or(() -> config.fields("rope_parameters"))
            .orElseGet(() -> new ConfigFields(config.place(), Map.of()));
    return spec(rope, config.positive("rope_theta", DEFAULT_THETA));
  }

  /// The rotary embedding that `rope_parameters` gives for a layer type, or an unscaled one with
  /// the given base where the file is of the older kind.
  ///
  /// @param layerType `full_attention` or `sliding_attention`
  /// @param oldTheta base in older files
  /// @param oldScaled whether `rope_scaling` of older files applies to this layer type
  public RopeSpec ofLayerType(String layerType, double oldTheta, boolean oldScaled) {
    return config
        .fields("rope_parameters")
        .flatMap(all -> all.fields(layerType))
        .map(own -> spec(own, DEFAULT_THETA))
        .orElseGet(
            () ->
                spec(
                    config
                        .fields("rope_scaling")
                        .filter(scaling -> oldScaled)
                        .orElseGet(() -> new ConfigFields(config.place(), Map.of())),
                    oldTheta));
  }

  /// One rotary embedding from its own fields; `theta` is the base if they do not name one.
  public RopeSpec spec(ConfigFields rope, double theta) {
    double base = rope.positive("rope_theta", theta);
    int width = rotaryWidth(rope);
    String type =
        rope.text("rope_type")
            .or(() -> rope.text("type"))
            .orElse("default")
            .toLowerCase(Locale.ROOT);
    return switch (type) {
      case "default", "none" -> new RopeSpec.Plain(width, base, 1);
      case "linear" -> new RopeSpec.Plain(width, base, rope.positive("factor", 1));
      case "dynamic" ->
          new RopeSpec.Dynamic(width, base, rope.positive("factor", 1), dimensions.contextLength());
      case "llama3" ->
          new RopeSpec.Llama3(
              width,
              base,
              required(rope, "factor"),
              required(rope, "low_freq_factor"),
              required(rope, "high_freq_factor"),
              trainedLength(rope));
      case "yarn" -> yarn(rope, width, base);
      case "longrope", "su" -> longRope(rope, width, base);
      default -> {
        config.problem(
            "unknown rope type \"%s\"%s; known: %s"
                .formatted(
                    type,
                    Suggestions.hint(type, RopeSpec.KNOWN),
                    String.join(", ", RopeSpec.KNOWN)));
        yield new RopeSpec.Plain(width, base, 1);
      }
    };
  }

  private int rotaryWidth(ConfigFields rope) {
    double share = rope.number("partial_rotary_factor", config.number("partial_rotary_factor", 1));
    int width = (int) (dimensions.dHead() * share);
    if (share <= 0 || share > 1 || width % 2 != 0 || width == 0) {
      config.problem(
          "partial_rotary_factor %s of a head of %d gives %d rotated coordinates, but an even number from 2 to %d is needed"
              .formatted(share, dimensions.dHead(), width, dimensions.dHead()));
      return 2;
    }
    return width;
  }

  private RopeSpec yarn(ConfigFields rope, int width, double base) {
    int trained = trainedLength(rope);
    double factor =
        rope.has("factor")
            ? required(rope, "factor")
            : (double) dimensions.contextLength() / trained;
    double mscale = rope.number("mscale", 0);
    double mscaleAll = rope.number("mscale_all_dim", 0);
    double temperature =
        mscale != 0 && mscaleAll != 0
            ? temperature(factor, mscale) / temperature(factor, mscaleAll)
            : temperature(factor, 1);
    return new RopeSpec.Yarn(
        width,
        base,
        factor,
        rope.positive("attention_factor", temperature),
        rope.number("beta_fast", 0) == 0 ? 32 : rope.number("beta_fast"),
        rope.number("beta_slow", 0) == 0 ? 1 : rope.number("beta_slow"),
        rope.flag("truncate", true),
        trained);
  }

  /// Length-dependent temperature of YaRN, section 3.4 of Peng et al. 2023.
  private static double temperature(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
  }

  private RopeSpec longRope(ConfigFields rope, int width, double base) {
    int trained = trainedLength(rope);
    double factor =
        rope.has("factor")
            ? rope.positive("factor", 1)
            : (double) dimensions.contextLength() / trained;
    double attention =
        factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(Math.max(2, trained)));
    return new RopeSpec.LongRope(
        width,
        base,
        factors(rope, "short_factor", width / 2),
        factors(rope, "long_factor", width / 2),
        rope.positive("attention_factor", attention),
        trained);
  }

  private List<Double> factors(ConfigFields rope, String key, int pairs) {
    List<Double> factors = rope.numbers(key).orElse(List.of());
    if (factors.size() != pairs || factors.stream().anyMatch(factor -> factor <= 0)) {
      config.problem(
          "%s of the rope parameters has %d entries, but %d numbers greater than 0 are needed"
              .formatted(key, factors.size(), pairs));
      return java.util.Collections.nCopies(pairs, 1.0);
    }
    return factors;
  }

  private int trainedLength(ConfigFields rope) {
    String key = "original_max_position_embeddings";
    return rope.has(key)
        ? rope.integer(key, 1, MAX_CONTEXT)
        : config.integer(key, 1, MAX_CONTEXT, dimensions.contextLength());
  }

  private static double required(ConfigFields rope, String key) {
    double value = rope.number(key);
    if (value <= 0) {
      rope.problem(
          "%s of the rope parameters is %s, but must be greater than 0".formatted(key, value));
      return 1;
    }
    return value;
  }
}
