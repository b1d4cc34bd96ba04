package org.demur.data.store;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The lines of a [RowLog]: `{"id": …, column: value, …}`. Numbers that JSON does not have are
/// written bare, as `NaN`, `Infinity` and `-Infinity`, which Python's reader takes too.
final class RowLogIo {
  private static final TypeReference<LinkedHashMap<String, Object>> ROW = new TypeReference<>() {};
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RowLogIo() {}

  /// The line of a row, without its end.
  static String line(String id, Map<String, Object> row) {
    Map<String, Object> line = LinkedHashMap.newLinkedHashMap(row.size() + 1);
    line.put(RowLog.ID, id);
    row.forEach(
        (column, value) -> {
          if (column.equals(RowLog.ID)) {
            throw new IllegalArgumentException("\"id\" is the row's id and cannot be a column");
          }
          checkKept(column, value);
          line.put(column, value);
        });
    return MAPPER.writeValueAsString(line);
  }

  private static void checkKept(String column, Object value) {
    switch (value) {
      case String text -> {}
      case Long number -> {}
      case Double number -> {}
      case Boolean flag -> {}
      case List<?> list -> list.forEach(element -> checkKept(column, element));
      default ->
          throw new IllegalArgumentException(
              "column \"%s\" holds a %s; kept are String, Long, Double, Boolean and lists of these"
                  .formatted(column, value.getClass().getSimpleName()));
    }
  }

  /// The rows in the first `length` bytes of a journal, by id.
  static Map<String, Map<String, Object>> read(Path file, byte[] bytes, int length)
      throws IOException {
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new ByteArrayInputStream(bytes, 0, length), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        Map<String, Object> row = row(file, number, line);
        if (!(row.remove(RowLog.ID) instanceof String id)) {
          throw damaged(file, number, "it has no id", null);
        }
        if (rows.putIfAbsent(id, Collections.unmodifiableMap(row)) != null) {
          throw damaged(file, number, "its id was there before", null);
        }
      }
    }
    return rows;
  }

  private static Map<String, Object> row(Path file, int number, String line) {
    try {
      Map<String, Object> row = MAPPER.readValue(line, ROW);
      if (row == null) {
        throw damaged(file, number, "it is no object", null);
      }
      row.values().removeIf(Objects::isNull);
      row.replaceAll((column, value) -> kept(file, number, value));
      return row;
    } catch (JacksonException e) {
      throw damaged(file, number, "it is not valid JSON", e);
    }
  }

  private static Object kept(Path file, int number, Object value) {
    return switch (value) {
      case BigInteger big -> throw damaged(file, number, "a number is too large", null);
      case Map<?, ?> map -> throw damaged(file, number, "it holds an object", null);
      case List<?> list -> {
        List<Object> elements = new ArrayList<>();
        for (Object element : list) {
          if (element == null) {
            throw damaged(file, number, "a list holds null", null);
          }
          elements.add(kept(file, number, element));
        }
        yield Collections.unmodifiableList(elements);
      }
      default -> value;
    };
  }

  private static StoreException damaged(
      Path file, int number, String what, @Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.JSON_FORMAT,
        "%s, line %d is damaged: %s; remove the line to compute its row again"
            .formatted(file, number, what),
        cause);
  }
}
