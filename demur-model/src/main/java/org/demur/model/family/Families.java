package org.demur.model.family;

import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.Architecture;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.Family;
import org.demur.model.config.ModelException;
import org.demur.model.family.gemma.Gemma2Family;
import org.demur.model.family.gemma.Gemma3Family;
import org.demur.model.family.gemma.GemmaFamily;
import org.demur.model.family.granite.GraniteFamily;
import org.demur.model.family.llama.LlamaFamily;
import org.demur.model.family.mistral.MistralFamily;
import org.demur.model.family.mistral.MixtralFamily;
import org.demur.model.family.olmo.Olmo2Family;
import org.demur.model.family.phi.Phi3Family;
import org.demur.model.family.qwen.Qwen2Family;
import org.demur.model.family.qwen.Qwen3Family;
import org.demur.model.family.qwen.Qwen3MoeFamily;
import org.demur.model.family.smollm.SmolLm3Family;

/// Registry of the families that can be loaded.
public final class Families {
  private static final List<Family> ALL =
      List.of(
          new LlamaFamily(),
          new MistralFamily(),
          new MixtralFamily(),
          new Qwen2Family(),
          new Qwen3Family(),
          new Qwen3MoeFamily(),
          new GemmaFamily(),
          new Gemma2Family(),
          new Gemma3Family(),
          new Phi3Family(),
          new Olmo2Family(),
          new SmolLm3Family(),
          new GraniteFamily());

  private Families() {}

  /// Every `model_type` that can be loaded.
  public static List<String> modelTypes() {
    return ALL.stream().flatMap(family -> family.modelTypes().stream()).sorted().toList();
  }

  /// Reads the architecture from a configuration.
  ///
  /// @throws ModelException with [ErrorCode#MODEL_CONFIG] for an unknown `model_type` (the known
  ///   ones are listed) or for any number of wrong fields (all are named)
  public static Architecture architecture(ConfigFields config) {
    String type = config.text("model_type").orElse("");
    Family family =
        ALL.stream()
            .filter(candidate -> candidate.modelTypes().contains(type))
            .findFirst()
            .orElseThrow(() -> unknown(config, type));
    Architecture architecture = family.architecture(config);
    config.finish();
    return architecture;
  }

  private static ModelException unknown(ConfigFields config, String type) {
    return new ModelException(
        ErrorCode.MODEL_CONFIG,
        "%s: unknown model_type \"%s\"%s; known: %s"
            .formatted(
                config.place(),
                type,
                Suggestions.hint(type, modelTypes()),
                String.join(", ", modelTypes())));
  }
}
