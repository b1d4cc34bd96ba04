package org.demur.text;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.demur.testkit.SharedFixtures;
import org.demur.text.json.JsonLimits;
import org.demur.text.json.StreamingJson;
import org.jspecify.annotations.Nullable;

/// The reference templates and conversations.
final class GoldenChats {
  /// One conversation with one template.
  record Case(
      String template,
      String name,
      List<Message> messages,
      ChatOptions options,
      Map<String, String> specialTokens,
      @Nullable String rendered) {
    @Override
    public String toString() {
      return template + ", " + name;
    }
  }

  private final Map<String, String> templates = new LinkedHashMap<>();
  private final List<Case> cases = new ArrayList<>();

  private GoldenChats(Map<?, ?> document) {
    LocalDateTime now = LocalDateTime.parse((String) field(document, "now"));
    ((Map<?, ?>) field(document, "templates"))
        .forEach((name, source) -> templates.put((String) name, (String) source));
    for (Object row : (List<?>) field(document, "cases")) {
      cases.add(chat((Map<?, ?>) row, now));
    }
  }

  static GoldenChats load() {
    Object document =
        StreamingJson.read(
            SharedFixtures.require("fixtures/templates/chat_templates.json"), JsonLimits.DEFAULTS);
    return new GoldenChats((Map<?, ?>) Objects.requireNonNull(document));
  }

  Map<String, String> templates() {
    return templates;
  }

  List<Case> cases() {
    return cases;
  }

  @SuppressWarnings("unchecked")
  private static Case chat(Map<?, ?> row, LocalDateTime now) {
    Map<String, Object> variables =
        new LinkedHashMap<>((Map<String, Object>) field(row, "variables"));
    Map<String, String> specialTokens = new LinkedHashMap<>();
    for (String name : List.of("bos_token", "eos_token")) {
      specialTokens.put(name, (String) Objects.requireNonNull(variables.remove(name)));
    }
    List<Message> messages = new ArrayList<>();
    for (Object message : (List<?>) field(row, "messages")) {
      messages.add(new Message((Map<String, Object>) message));
    }
    Object tools = row.get("tools");
    ChatOptions options =
        ChatOptions.at(now)
            .withVariables(variables)
            .withTools(tools == null ? List.of() : (List<Object>) tools)
            .withGenerationPrompt((Boolean) field(row, "add_generation_prompt"));
    return new Case(
        (String) field(row, "template"),
        (String) field(row, "case"),
        messages,
        options,
        specialTokens,
        (String) row.get("rendered"));
  }

  private static Object field(Map<?, ?> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }
}
