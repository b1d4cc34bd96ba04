package org.demur.text.template;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads templates with what jinja2 makes of them.
final class TemplateCasesJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS).build();

  /// A template, its variables, and what comes out.
  ///
  /// @param expected the text, or for a failure the message of `raise_exception` or `<TypeName>`
  record Case(
      String name,
      String template,
      Map<String, @Nullable Object> variables,
      boolean fails,
      String expected) {}

  private TemplateCasesJson() {}

  /// The cases of the reference outputs beside the checkout.
  static List<Case> shared(Path file) throws IOException {
    JsonNode document = JSON.readTree(Files.readAllBytes(file));
    List<Case> cases = new ArrayList<>();
    for (JsonNode row : document.get("cases")) {
      String template = row.get("template").asString();
      Map<String, @Nullable Object> variables = variables(row.get("variables"));
      variables.put("messages", value(row.get("messages")));
      variables.put("tools", value(row.get("tools")));
      variables.put("documents", null);
      variables.put("add_generation_prompt", row.get("add_generation_prompt").asBoolean());
      String source = document.get("templates").get(template).asString();
      cases.add(result(template + ": " + row.get("case").asString(), source, variables, row));
    }
    return cases;
  }

  /// The cases of a resource of this package.
  static List<Case> resource(String name) throws IOException {
    try (InputStream stream = TemplateCasesJson.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("no resource " + name);
      }
      JsonNode document = JSON.readTree(stream.readAllBytes());
      Map<String, @Nullable Object> variables = variables(document.get("variables"));
      List<Case> cases = new ArrayList<>();
      for (JsonNode row : document.get("rows")) {
        String template = row.get("template").asString();
        cases.add(result(template, template, variables, row));
      }
      return cases;
    }
  }

  private static Case result(
      String name, String source, Map<String, @Nullable Object> variables, JsonNode row) {
    boolean fails = row.has("error");
    String expected = row.get(fails ? "error" : "rendered").asString();
    return new Case(name, source, variables, fails, expected);
  }

  private static Map<String, @Nullable Object> variables(JsonNode node) {
    return new LinkedHashMap<>(
        JSON.convertValue(node, new TypeReference<Map<String, @Nullable Object>>() {}));
  }

  private static @Nullable Object value(JsonNode node) {
    return JSON.convertValue(node, Object.class);
  }
}
