package org.demur.report;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.core.ParserMessages;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes records as JSON and parses files; [RecordReaderJson] turns JSON into records.
///
/// The JSON has exactly the components of the records, by their names and in their order. Empty
/// optional values and numbers that are not finite are `null`.
final class RecordJson {
  /// A report of 2,000 prompts is under 1 MB; what is larger than this is not a report.
  private static final long MAX_BYTES = 256L << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private RecordJson() {}

  static String write(Record value) {
    JsonNode tree = toNode(value);
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
  }

  /// Parses the JSON of `source`, a file name for messages.
  static JsonNode parse(String json, String source) {
    try {
      return MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new ReportException(
          ErrorCode.JSON_FORMAT,
          "%s is not JSON: %s"
              .formatted(source, where(e) + ParserMessages.plain(e.getOriginalMessage())),
          e);
    }
  }

  static String text(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new ReportException(
            ErrorCode.JSON_FORMAT,
            "%s has %d bytes; a report has at most %d".formatted(file, size, MAX_BYTES));
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ReportException(ErrorCode.NOT_FOUND, "there is no " + file, e);
    } catch (IOException e) {
      throw new ReportException(
          ErrorCode.IO, "cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String where(JacksonException failure) {
    var location = failure.getLocation();
    return location == null || location.getLineNr() < 1
        ? ""
        : "line %d, column %d: ".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static JsonNode toNode(@Nullable Object value) {
    var nodes = MAPPER.getNodeFactory();
    return switch (value) {
      case null -> nodes.nullNode();
      case String text -> nodes.stringNode(text);
      case Integer number -> nodes.numberNode(number);
      case Long number -> nodes.numberNode(number);
      case Double number -> Double.isFinite(number) ? nodes.numberNode(number) : nodes.nullNode();
      case Boolean flag -> nodes.booleanNode(flag);
      case Enum<?> constant -> nodes.stringNode(constant.name().toLowerCase(Locale.ROOT));
      case Optional<?> optional -> toNode(optional.orElse(null));
      case Iterable<?> list -> array(list);
      case Map<?, ?> map -> object(map);
      case Record item -> fields(item);
      default -> throw new IllegalStateException("no JSON form of " + value.getClass());
    };
  }

  private static ArrayNode array(Iterable<?> list) {
    ArrayNode array = MAPPER.createArrayNode();
    list.forEach(element -> array.add(toNode(element)));
    return array;
  }

  private static ObjectNode object(Map<?, ?> map) {
    ObjectNode object = MAPPER.createObjectNode();
    map.forEach((key, value) -> object.set(String.valueOf(key), toNode(value)));
    return object;
  }

  private static ObjectNode fields(Record item) {
    ObjectNode object = MAPPER.createObjectNode();
    for (RecordComponent component : item.getClass().getRecordComponents()) {
      try {
        object.set(component.getName(), toNode(component.getAccessor().invoke(item)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
    return object;
  }
}
