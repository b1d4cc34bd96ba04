package org.demur.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// One message of a conversation, with the fields that a chat template sees.
///
/// @param fields JSON-like values by name: `role`, `content` (a text or a list of parts), and
///   whatever else the template reads, such as `tool_calls`
public record Message(Map<String, ? extends @Nullable Object> fields) {
  /// Copies the fields; there must be a role.
  ///
  /// @throws TextException with [ErrorCode#JSON_FORMAT] when `role` is missing or no text
  public Message {
    if (!(fields.get("role") instanceof String)) {
      throw new TextException(ErrorCode.JSON_FORMAT, "a message needs a role, which is a text");
    }
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /// A message that is only text.
  public static Message of(String role, String content) {
    return new Message(Map.of("role", role, "content", content));
  }

  /// A message of the user.
  public static Message user(String content) {
    return of("user", content);
  }

  /// An answer of the model.
  public static Message assistant(String content) {
    return of("assistant", content);
  }

  /// Instructions to the model.
  public static Message system(String content) {
    return of("system", content);
  }

  /// Who speaks.
  public String role() {
    return String.valueOf(fields.get("role"));
  }

  /// The same message with another content.
  Message withContent(String content) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(fields);
    changed.put("content", content);
    return new Message(changed);
  }
}
