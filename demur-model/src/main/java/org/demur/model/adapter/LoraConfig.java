package org.demur.model.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.demur.core.ErrorCode;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.ModelException;

/// What `adapter_config.json` says.
///
/// @param rank default rank
/// @param alpha default alpha
/// @param rootRank whether the scale is alpha / sqrt(rank) instead of alpha / rank
/// @param alphas alpha of single modules, by the end of their name; the first that fits counts
/// @param ranks rank of single modules, by the end of their name; the first that fits counts
/// @param dropout share of what enters the factors that training drops, in [0, 1)
/// @param baseModel name of the model that it was trained on
public record LoraConfig(
    int rank,
    double alpha,
    boolean rootRank,
    Map<String, Double> alphas,
    Map<String, Integer> ranks,
    double dropout,
    Optional<String> baseModel) {
  private static final Pattern PLAIN_NAME = Pattern.compile("\\^?[A-Za-z0-9_.]+\\$?");
  private static final int MAX_RANK = 1 << 16;

  /// One rank and alpha for all modules.
  ///
  /// @throws ModelException with [ErrorCode#ADAPTER] for a number outside of its range
  public static LoraConfig of(int rank, double alpha, double dropout) {
    if (rank < 1 || rank > MAX_RANK || !(alpha > 0) || !(dropout >= 0 && dropout < 1)) {
      throw new ModelException(
          ErrorCode.ADAPTER,
          "rank %d must be 1 to %d, alpha %s positive, dropout %s in [0, 1)"
              .formatted(rank, MAX_RANK, alpha, dropout));
    }
    return new LoraConfig(rank, alpha, false, Map.of(), Map.of(), dropout, Optional.empty());
  }

  /// Reads the fields; variants of LoRA that would compute something else are rejected.
  ///
  /// @throws ModelException with [ErrorCode#ADAPTER], naming every field that cannot be used
  public static LoraConfig read(ConfigFields config) {
    String type = config.text("peft_type").orElse("missing");
    if (!type.equals("LORA")) {
      config.problem("peft_type is " + type + ", but only LORA is known");
    }
    for (String key : new String[] {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"}) {
      if (config.flag(key, false)) {
        config.problem(key + " is true, which is not supported");
      }
    }
    String bias = config.text("bias").orElse("none");
    if (!bias.equals("none")) {
      config.problem("bias is \"" + bias + "\", but only \"none\" is supported");
    }
    for (String key :
        new String[] {
          "modules_to_save", "layer_replication", "target_parameters", "trainable_token_indices"
        }) {
      if (config.has(key)) {
        config.problem(key + " is set, which is not supported");
      }
    }
    int rank = config.integer("r", 1, MAX_RANK);
    double dropout = config.number("lora_dropout", 0);
    if (!(dropout >= 0 && dropout < 1)) {
      config.problem("lora_dropout is " + dropout + ", but must be in [0, 1)");
    }
    LoraConfig read =
        new LoraConfig(
            rank,
            config.number("lora_alpha", 8),
            config.flag("use_rslora", false),
            patterns(config, "alpha_pattern", LoraConfig::alpha),
            patterns(config, "rank_pattern", (fields, name) -> fields.integer(name, 1, MAX_RANK)),
            dropout,
            config.text("base_model_name_or_path"));
    try {
      config.finish();
    } catch (ModelException e) {
      throw new ModelException(ErrorCode.ADAPTER, String.valueOf(e.getMessage()), e);
    }
    return read;
  }

  private static double alpha(ConfigFields fields, String name) {
    return fields.positive(name, 1);
  }

  /// Values by the names of modules, in the order of the file.
  private static <V> Map<String, V> patterns(
      ConfigFields config, String key, BiFunction<ConfigFields, String, V> read) {
    Map<String, V> patterns = new LinkedHashMap<>();
    Optional<ConfigFields> given = config.fields(key);
    if (given.isEmpty()) {
      return patterns;
    }
    for (String name : given.get().values().keySet()) {
      if (!PLAIN_NAME.matcher(name).matches()) {
        config.problem(
            "%s has the pattern \"%s\", but only plain module names are supported"
                .formatted(key, name));
      }
      patterns.put(name, read.apply(given.get(), name));
    }
    return Collections.unmodifiableMap(patterns);
  }

  /// Factor of `B A` for a module.
  public double scale(String module, int moduleRank) {
    double own = lookUp(alphas, module).orElse(alpha);
    return rootRank ? own / Math.sqrt(moduleRank) : own / moduleRank;
  }

  /// Rank that a module should have.
  public int rank(String module) {
    return lookUp(ranks, module).orElse(rank);
  }

  private static <V> Optional<V> lookUp(Map<String, V> patterns, String module) {
    return patterns.entrySet().stream()
        .filter(entry -> names(entry.getKey(), module))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static boolean names(String pattern, String module) {
    String name = pattern.replace("^", "").replace("$", "");
    return module.equals(name) || (!pattern.startsWith("^") && module.endsWith("." + name));
  }
}
