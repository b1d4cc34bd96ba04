package org.demur.model.adapter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.demur.core.AtomicFiles;
import org.demur.model.decoder.LowRank;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes a PEFT folder: the weights first, then the configuration that makes it one.
final class AdapterIo {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private AdapterIo() {}

  /// Writes the two files.
  ///
  /// @param all names of all linear maps that an adapter can change
  static void write(Adapter adapter, Collection<String> all, Path folder, String base) {
    SafetensorsWriter writer =
        new SafetensorsWriter(folder.resolve(PeftNames.WEIGHTS)).metadata("format", "pt");
    adapter
        .changes()
        .forEach(
            (module, change) -> {
              add(writer, PeftNames.PREFIX + module + PeftNames.A, change.a());
              add(writer, PeftNames.PREFIX + module + PeftNames.B, change.b());
            });
    writer.write();
    AtomicFiles.writeText(
        folder.resolve(PeftNames.CONFIGURATION),
        MAPPER.writeValueAsString(config(adapter, all, base)) + "\n");
  }

  private static void add(SafetensorsWriter writer, String name, Tensor factor) {
    try (Scope scope = Scope.open()) {
      writer.add(name, factor.shape(), factor.toFloats());
    }
  }

  private static Map<String, @Nullable Object> config(
      Adapter adapter, Collection<String> all, String base) {
    LoraConfig config = adapter.config();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("peft_type", "LORA");
    fields.put("task_type", "CAUSAL_LM");
    fields.put("base_model_name_or_path", base);
    fields.put("r", config.rank());
    fields.put("lora_alpha", whole(config.alpha()));
    fields.put("lora_dropout", config.dropout());
    fields.put("use_rslora", config.rootRank());
    fields.put("rank_pattern", config.ranks());
    Map<String, Object> alphas = new LinkedHashMap<>();
    config.alphas().forEach((name, alpha) -> alphas.put(name, whole(alpha)));
    fields.put("alpha_pattern", alphas);
    fields.put("target_modules", targets(adapter.changes(), all));
    fields.put("bias", "none");
    fields.put("fan_in_fan_out", false);
    fields.put("inference_mode", true);
    fields.put("init_lora_weights", true);
    fields.put("modules_to_save", null);
    return fields;
  }

  /// 16 rather than 16.0, which is how the peft library writes it.
  private static Object whole(double number) {
    return number == Math.rint(number) && Math.abs(number) < Integer.MAX_VALUE
        ? (Object) (int) number
        : (Object) number;
  }

  /// Last parts of the modules' names where all modules of that name are changed; whole names where
  /// some are not.
  private static List<String> targets(Map<String, LowRank> changes, Collection<String> all) {
    Set<String> partly = new TreeSet<>();
    all.stream()
        .filter(module -> !changes.containsKey(module))
        .forEach(module -> partly.add(last(module)));
    Set<String> targets = new TreeSet<>();
    for (String module : changes.keySet()) {
      targets.add(partly.contains(last(module)) ? module : last(module));
    }
    return new ArrayList<>(targets);
  }

  private static String last(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }
}
