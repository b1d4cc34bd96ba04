package org.demur.model.adapter;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.demur.core.ErrorCode;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.ModelException;

/// What `adapter_config.json` says.
///
/// @param rank default rank
/// @param alpha default alpha
/// @param rootRank whether the scale is alpha / sqrt(rank) instead of alpha / rank
/// @param alphas alpha of single modules, by the end of their name
/// @param ranks rank of single modules, by the end of their name
/// @param baseModel name of the model that it was trained on
public record LoraConfig(
    int rank,
    double alpha,
    boolean rootRank,
    Map<String, Double> alphas,
    Map<String, Integer> ranks,
    Optional<String> baseModel) {
  private static final Pattern PLAIN_NAME = Pattern.compile("\\^?[A-Za-z0-9_.]+\\$?");
  private static final int MAX_RANK = 1 << 16;

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
    LoraConfig read =
        new LoraConfig(
            rank,
            config.number("lora_alpha", 8),
            config.flag("use_rslora", false),
            patterns(config, "alpha_pattern", 1e9),
            whole(patterns(config, "rank_pattern", MAX_RANK)),
            config.text("base_model_name_or_path"));
    try {
      config.finish();
    } catch (ModelException e) {
      throw new ModelException(ErrorCode.ADAPTER, String.valueOf(e.getMessage()), e);
    }
    return read;
  }

  private static Map<String, Double> patterns(ConfigFields config, String key, double most) {
    Map<String, Double> patterns = new HashMap<>();
    config
        .fields(key)
        .ifPresent(
            fields ->
                fields
                    .values()
                    .keySet()
                    .forEach(
                        name -> {
                          if (!PLAIN_NAME.matcher(name).matches()) {
                            config.problem(
                                "%s has the pattern \"%s\", but only plain module names are supported"
                                    .formatted(key, name));
                          }
                          double value = fields.number(name);
                          if (value <= 0 || value > most) {
                            config.problem(key + " of " + name + " is " + value);
                          }
                          patterns.put(name, value);
                        }));
    return Map.copyOf(patterns);
  }

  private static Map<String, Integer> whole(Map<String, Double> numbers) {
    Map<String, Integer> whole = new HashMap<>();
    numbers.forEach((name, value) -> whole.put(name, value.intValue()));
    return Map.copyOf(whole);
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
