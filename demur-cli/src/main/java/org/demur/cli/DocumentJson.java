package org.demur.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes the JSON documents that commands print.
final class DocumentJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private DocumentJson() {}

  /// One line of JSON for records, maps, lists, texts and numbers.
  static String write(Object document) {
    return MAPPER.writeValueAsString(document);
  }

  /// The document of a command that failed before it had a result.
  static Map<String, Object> error(String code, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message);
    return Map.of("error", error);
  }
}
