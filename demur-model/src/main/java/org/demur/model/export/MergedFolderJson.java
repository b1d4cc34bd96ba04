package org.demur.model.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.demur.core.AtomicFiles;
import org.demur.model.config.ConfigJson;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes the JSON files of a merged model.
final class MergedFolderJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private MergedFolderJson() {}

  /// Writes which file holds which tensor.
  static void writeIndex(Path target, Map<String, String> places) {
    write(target, Map.of("metadata", Map.of(), "weight_map", places));
  }

  /// Copies a configuration, but for the type: changed weights are in single precision.
  static void writeConfiguration(Path base, Path target) {
    Map<String, Object> values = new LinkedHashMap<>(ConfigJson.read(base).values());
    // the newer name where the base has it, the older one where not
    values.put(values.containsKey("dtype") ? "dtype" : "torch_dtype", "float32");
    write(target, values);
  }

  private static void write(Path target, Map<String, Object> values) {
    AtomicFiles.writeText(target, MAPPER.writeValueAsString(values) + "\n");
  }
}
