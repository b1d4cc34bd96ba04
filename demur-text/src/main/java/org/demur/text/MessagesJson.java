package org.demur.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.demur.text.json.JsonLimits;
import org.demur.text.json.StreamingJson;
import org.jspecify.annotations.Nullable;

/// Reads conversations: a list of messages, or an object whose field `messages` is one.
///
/// **Errors.** [TextException] with the document and the number of the message, and
/// [org.demur.text.json.JsonFormatException] with line and column for what is no JSON.
public final class MessagesJson {
  private MessagesJson() {}

  /// Reads the messages of a file.
  public static List<Message> read(Path file) {
    return messages(StreamingJson.read(file, JsonLimits.DEFAULTS), file.toString());
  }

  /// Reads the messages of a JSON text.
  ///
  /// @param name what errors call the text
  public static List<Message> parse(String json, String name) {
    return messages(StreamingJson.parse(json, name, JsonLimits.DEFAULTS), name);
  }

  /// Reads the tool definitions of a file: a list, or an object whose field `tools` is one.
  public static List<Object> readTools(Path file) {
    Object value = StreamingJson.read(file, JsonLimits.DEFAULTS);
    Object list = value instanceof Map<?, ?> map ? map.get("tools") : value;
    if (!(list instanceof List<?> tools)) {
      throw new TextException(
          ErrorCode.JSON_FORMAT, file + " must hold a list of tools, or an object with \"tools\"");
    }
    List<Object> result = new ArrayList<>(tools.size());
    for (int i = 0; i < tools.size(); i++) {
      if (!(tools.get(i) instanceof Map<?, ?> tool)) {
        throw new TextException(
            ErrorCode.JSON_FORMAT, "%s: tool %d must be an object".formatted(file, i));
      }
      result.add(tool);
    }
    return result;
  }

  private static List<Message> messages(@Nullable Object value, String name) {
    Object list = value instanceof Map<?, ?> map ? map.get("messages") : value;
    if (!(list instanceof List<?> elements)) {
      throw new TextException(
          ErrorCode.JSON_FORMAT,
          name + " must hold a list of messages, or an object with \"messages\"");
    }
    List<Message> messages = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      if (!(elements.get(i) instanceof Map<?, ?> fields)
          || !(fields.get("role") instanceof String)) {
        throw new TextException(
            ErrorCode.JSON_FORMAT,
            "%s: message %d must be an object with a string \"role\"".formatted(name, i));
      }
      @SuppressWarnings("unchecked") // Objects read from JSON have strings as names.
      Map<String, Object> named = (Map<String, Object>) fields;
      messages.add(new Message(named));
    }
    return List.copyOf(messages);
  }
}
