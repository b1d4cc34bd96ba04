package org.demur.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads JSON that a user names in arguments; it may hold conversations, so no message quotes it.
final class InputJson {
  private static final int MAX_NESTING = 200;
  private static final int MAX_NUMBER_CHARS = 400;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_NESTING)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .maxStringLength(InputFiles.MAX_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private InputJson() {}

  /// Any JSON value of a file.
  ///
  /// @throws CliException with [ErrorCode#JSON_FORMAT], line and column when it is malformed
  static @Nullable Object value(Path file) {
    return value(file.toString(), InputFiles.read(file));
  }

  /// Any JSON value; `place` names it in messages.
  static @Nullable Object value(String place, String text) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JacksonException e) {
      throw malformed(place, e);
    }
  }

  /// A JSON array of a file.
  static List<?> array(Path file) {
    if (value(file) instanceof List<?> list) {
      return list;
    }
    throw new CliException(ErrorCode.JSON_FORMAT, file + ": a JSON array is needed");
  }

  /// A parsed object with its keys as text, in their order.
  static Map<String, Object> asObject(Map<?, ?> parsed) {
    Map<String, Object> object = new LinkedHashMap<>();
    parsed.forEach((key, value) -> object.put(String.valueOf(key), value));
    return object;
  }

  /// The JSON value that a text is, or the text itself when it is no JSON.
  static @Nullable Object valueOrText(String text) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JacksonException e) {
      return text;
    }
  }

  private static CliException malformed(String place, JacksonException failure) {
    var location = failure.getLocation();
    String where =
        location == null
            ? ""
            : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    return new CliException(
        ErrorCode.JSON_FORMAT, "%s: not valid JSON%s".formatted(place, where), failure);
  }
}
