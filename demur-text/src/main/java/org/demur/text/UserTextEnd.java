package org.demur.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;

/// Finds where the text of the last user message ends in a rendered conversation.
///
/// The message's text is replaced by one character that occurs nowhere else: what the template
/// writes after it is the suffix, with which the conversation itself has to end too.
final class UserTextEnd {
  /// Places in a rendered conversation.
  ///
  /// @param end first char after the user's text, or -1 when it cannot be found
  /// @param suffix what the template writes after it
  record Place(int end, String suffix) {}

  private final ChatRenderer renderer;

  UserTextEnd(ChatRenderer renderer) {
    this.renderer = renderer;
  }

  /// Finds the place; empty when no user speaks.
  ///
  /// @throws TextException when the user speaks last and the template does not write the text
  Optional<Place> find(List<Message> messages, ChatOptions options, String rendered) {
    int last = messages.size() - 1;
    while (last >= 0 && !messages.get(last).role().equals("user")) {
      last--;
    }
    if (last < 0) {
      return Optional.empty();
    }
    String sentinel = Marker.absentFrom(renderer.texts(messages, options)).character();
    List<Message> probe = new ArrayList<>(messages);
    probe.set(last, withText(messages.get(last), sentinel));
    String probed = renderer.plain(probe, options);
    int at = probed.lastIndexOf(sentinel);
    if (at < 0 && last < messages.size() - 1) {
      return Optional.of(new Place(-1, ""));
    }
    if (at < 0) {
      throw new TextException(
          ErrorCode.TEMPLATE,
          "the chat template ignores the text of the last user message (message %d)"
              .formatted(last));
    }
    String suffix = probed.substring(at + sentinel.length());
    if (rendered.endsWith(suffix)) {
      return Optional.of(new Place(rendered.length() - suffix.length(), suffix));
    }
    return Optional.of(new Place(-1, suffix));
  }

  /// The message with its text, or its last part that is text, replaced.
  private static Message withText(Message message, String text) {
    if (!(message.fields().get("content") instanceof List<?> parts)) {
      return message.withContent(text);
    }
    List<Object> changed = new ArrayList<>(parts);
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (parts.get(i) instanceof Map<?, ?> part && part.get("text") instanceof String) {
        Map<String, Object> copy = new LinkedHashMap<>();
        part.forEach((name, value) -> copy.put(String.valueOf(name), value));
        copy.put("text", text);
        changed.set(i, copy);
        return message.withContent(changed);
      }
    }
    return message.withContent(text);
  }
}
