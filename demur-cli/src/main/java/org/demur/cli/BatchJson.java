package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.ConfigFields;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.PlanJson;
import org.demur.text.Message;

/// Reads the rows of a `.jsonl` file: on each line an object with `prompt` or `messages`, and
/// perhaps `id` and `plan`.
final class BatchJson {
  private static final Set<String> FIELDS = Set.of("id", "prompt", "messages", "plan");

  private final Path file;
  private final Set<String> ids = new HashSet<>();

  private BatchJson(Path file) {
    this.file = file;
  }

  /// The rows in the order of the file; blank lines are skipped.
  ///
  /// @throws CliException with [ErrorCode#JSON_FORMAT], naming the line
  static List<BatchRow> read(Path file) {
    BatchJson batch = new BatchJson(file);
    List<BatchRow> rows = new ArrayList<>();
    String[] lines = InputFiles.read(file).split("\n", -1);
    for (int number = 1; number <= lines.length; number++) {
      if (!lines[number - 1].isBlank()) {
        rows.add(batch.row(number, rows.size(), lines[number - 1]));
      }
    }
    if (rows.isEmpty()) {
      throw new CliException(ErrorCode.JSON_FORMAT, file + " has no rows");
    }
    return rows;
  }

  private BatchRow row(int line, int index, String text) {
    if (!(InputJson.value(place(line), text) instanceof Map<?, ?> parsed)) {
      throw problem(line, "an object is needed, as in {\"prompt\": \"...\"}");
    }
    Map<String, Object> fields = InputJson.asObject(parsed);
    for (String name : fields.keySet()) {
      if (!FIELDS.contains(name)) {
        throw problem(
            line,
            "unknown field \"%s\"; accepted: %s%s"
                .formatted(
                    name,
                    String.join(", ", new TreeSet<>(FIELDS)),
                    Suggestions.hint(name, FIELDS)));
      }
    }
    String id = String.valueOf(fields.getOrDefault("id", Integer.toString(index)));
    if (!ids.add(id)) {
      throw problem(line, "the id \"" + id + "\" is there twice");
    }
    Optional<Plan> plan = Optional.ofNullable(fields.get("plan")).map(value -> plan(line, value));
    Object prompt = fields.get("prompt");
    Object messages = fields.get("messages");
    if ((prompt == null) == (messages == null)) {
      throw problem(line, "either \"prompt\" or \"messages\" is needed");
    }
    if (prompt == null) {
      return new BatchRow(id, Optional.empty(), messages(line, messages), plan);
    }
    if (!(prompt instanceof String content)) {
      throw problem(line, "\"prompt\" must be a text");
    }
    return new BatchRow(id, Optional.of(content), List.of(), plan);
  }

  private List<Message> messages(int line, Object value) {
    List<Message> messages = new ArrayList<>();
    for (Object item : value instanceof List<?> list ? list : List.of()) {
      if (!(item instanceof Map<?, ?> message) || !(message.get("role") instanceof String)) {
        throw problem(line, "\"messages\" must hold objects with \"role\" and \"content\"");
      }
      messages.add(new Message(InputJson.asObject(message)));
    }
    if (messages.isEmpty()) {
      throw problem(line, "\"messages\" must be an array with at least one message");
    }
    return messages;
  }

  private Plan plan(int line, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw problem(line, "\"plan\" must be an object with \"interventions\"");
    }
    ConfigFields fields = new ConfigFields(place(line) + ", plan", InputJson.asObject(map));
    return PlanJson.read(fields, EditOptions.filesBeside(file));
  }

  private String place(int line) {
    return "%s, line %d".formatted(file, line);
  }

  private CliException problem(int line, String text) {
    return new CliException(ErrorCode.JSON_FORMAT, place(line) + ": " + text);
  }
}
