package org.demur.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// One message of a conversation, with any fields that a template may look at.
///
/// @param fields JSON-like values by name; `role` is a string. Copied, and not to be changed
public record Message(Map<String, Object> fields) {
  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final int MAX_DEPTH = 100;

  /// Copies the fields.
  ///
  /// @throws TextException when there is no role
  public Message {
    if (!(fields.get(ROLE) instanceof String)) {
      throw new TextException(
          ErrorCode.JSON_FORMAT, "a message needs a field \"role\" that is a string");
    }
    fields = copyOfFields(fields, 0);
  }

  /// A message with a text.
  public static Message of(String role, String content) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(ROLE, role);
    fields.put(CONTENT, content);
    return new Message(fields);
  }

  /// What a user says.
  public static Message user(String content) {
    return of("user", content);
  }

  /// What a model said.
  public static Message assistant(String content) {
    return of("assistant", content);
  }

  /// What the system prompt says.
  public static Message system(String content) {
    return of("system", content);
  }

  /// Who speaks.
  public String role() {
    return (String) fields.getOrDefault(ROLE, "");
  }

  /// The text, if the content is one text.
  public Optional<String> text() {
    return fields.get(CONTENT) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /// The message with another content, which is a JSON-like value.
  Message withContent(Object content) {
    Map<String, Object> changed = new LinkedHashMap<>(fields);
    changed.put(CONTENT, content);
    return new Message(changed);
  }

  private static Map<String, Object> copyOfFields(Map<?, ?> map, int depth) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((name, value) -> put(copy, String.valueOf(name), copyOf(value, depth + 1)));
    return Collections.unmodifiableMap(copy);
  }

  private static @Nullable Object copyOf(@Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new TextException(
          ErrorCode.JSON_FORMAT, "a message has values nested more than " + MAX_DEPTH + " deep");
    }
    return switch (value) {
      case Map<?, ?> map -> copyOfFields(map, depth);
      case List<?> list -> {
        List<Object> copy = new ArrayList<>(list.size());
        list.forEach(element -> add(copy, copyOf(element, depth + 1)));
        yield Collections.unmodifiableList(copy);
      }
      case null, default -> value;
    };
  }

  // Where a document says null, so do JSON-like values.
  @SuppressWarnings("NullAway")
  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    map.put(name, value);
  }

  @SuppressWarnings("NullAway")
  private static void add(List<Object> list, @Nullable Object value) {
    list.add(value);
  }
}
