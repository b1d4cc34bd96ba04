package org.demur.cli;

import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads what commands print with `--json`.
final class TestJson {
  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private TestJson() {}

  /// The text as exactly one JSON object; anything before or after it is an error.
  static Map<String, Object> object(String text) {
    return STRICT.readValue(text, new TypeReference<Map<String, Object>>() {});
  }
}
