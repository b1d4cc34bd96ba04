package org.demur.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.demur.text.json.JsonFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesJsonTest {
  @TempDir Path folder = Path.of("unset");

  @Test
  void aListOfMessagesOrAnObjectWithOneIsRead() {
    List<Message> expected = List.of(Message.system("Be brief."), Message.user("Hi"));
    String list =
        "[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hi\"}]";
    assertThat(MessagesJson.parse(list, "x")).isEqualTo(expected);
    assertThat(MessagesJson.parse("{\"messages\":" + list + "}", "x")).isEqualTo(expected);
  }

  @Test
  void allFieldsOfAMessageAreKept() {
    List<Message> messages =
        MessagesJson.parse(
            "[{\"role\":\"tool\",\"content\":null,\"tool_call_id\":\"1\",\"x\":{\"y\":[1]}}]", "x");
    assertThat(messages.getFirst().fields())
        .containsEntry("content", null)
        .containsEntry("tool_call_id", "1")
        .containsEntry("x", Map.of("y", List.of(1L)));
    assertThat(messages.getFirst().role()).isEqualTo("tool");
    assertThat(messages.getFirst().text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "3", "\"x\"", "{\"messages\": {}}", "null"})
  void somethingElseIsAnErrorThatNamesTheDocument(String json) {
    assertThatThrownBy(() -> MessagesJson.parse(json, "chat.json"))
        .isInstanceOf(TextException.class)
        .hasMessage("chat.json must hold a list of messages, or an object with \"messages\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"content\":\"secret\"}", "7", "{\"role\":3}", "null"})
  void aMessageWithoutARoleIsAnErrorWithItsNumberAndWithoutItsText(String message) {
    assertThatThrownBy(
            () -> MessagesJson.parse("[{\"role\":\"user\"}," + message + "]", "chat.json"))
        .isInstanceOf(TextException.class)
        .hasMessage("chat.json: message 1 must be an object with a string \"role\"");
  }

  @Test
  void toolsAreAListOrAnObjectWithOne() throws IOException {
    Path file = folder.resolve("tools.json");
    Files.writeString(file, "{\"tools\":[{\"type\":\"function\"}]}");
    assertThat(MessagesJson.readTools(file)).isEqualTo(List.of(Map.of("type", "function")));
    Files.writeString(file, "[1]");
    assertThatThrownBy(() -> MessagesJson.readTools(file))
        .isInstanceOf(TextException.class)
        .hasMessage(file + ": tool 0 must be an object");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> MessagesJson.readTools(file))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("must hold a list of tools");
  }

  @Test
  void whatIsNoJsonIsAnErrorWithItsPlace() throws IOException {
    Path file = folder.resolve("messages.json");
    Files.writeString(file, "[{\"role\":\"user\",\n \"content\": secret}]");
    assertThatThrownBy(() -> MessagesJson.read(file))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining(file + ", line 2")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aMessageIsACopyThatNobodyCanChange() {
    List<Object> parts = new ArrayList<>(List.of("x"));
    Map<String, Object> fields = new HashMap<>(Map.of("role", "user", "content", parts));
    Message message = new Message(fields);
    fields.put("role", "system");
    parts.add("y");
    assertThat(message.role()).isEqualTo("user");
    assertThat(message.fields().get("content")).isEqualTo(List.of("x"));
    assertThatThrownBy(() -> message.fields().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void endlessNestingIsRefused() {
    List<Object> nested = List.of();
    for (int i = 0; i < 5_000; i++) {
      nested = List.of(nested);
    }
    List<Object> deep = nested;
    assertThatThrownBy(() -> new Message(Map.of("role", "user", "content", deep)))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("nested more than 100 deep");
  }
}
