package org.demur.eval.judge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads the published error of the judge: counts of classes by hand against classes of the judge.
///
/// One JSON object with `format`, `measuredOn`, `n` and `confusion`; in `confusion` a row for each
/// class given by hand, in each row a count for each class of the judge. Nothing may be missing and
/// nothing else may be there, and the counts must sum to `n`.
final class JudgeErrorJson {
  private static final String RESOURCE = "judge-error.json";
  private static final String FORMAT = "demur-judge-error-1";
  private static final int MAX_BYTES = 1 << 16;
  private static final Set<String> FIELDS = Set.of("format", "measuredOn", "n", "confusion");
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private JudgeErrorJson() {}

  /// The error that was measured for the judge of this build.
  static JudgeError shipped() {
    try (InputStream in = JudgeErrorJson.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the module was built without " + RESOURCE);
      }
      return read(RESOURCE, in.readNBytes(MAX_BYTES + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The error that a document states.
  ///
  /// @param place what to name in messages
  /// @param document UTF-8, at most 64 KiB
  /// @throws EvalException when a field is missing, unknown or of another type, a class is missing
  ///   or unknown, or the counts do not sum to `n`
  static JudgeError read(String place, byte[] document) {
    Map<?, ?> fields = object(place, "the document", parsed(place, document), FIELDS);
    if (!FORMAT.equals(fields.get("format"))) {
      throw problem(place, "the field \"format\" must be \"" + FORMAT + "\"");
    }
    if (!(fields.get("measuredOn") instanceof String measuredOn) || measuredOn.isBlank()) {
      throw problem(place, "the field \"measuredOn\" must be a text that says on which replies");
    }
    Map<ReplyClass, Map<ReplyClass, Integer>> confusion = new EnumMap<>(ReplyClass.class);
    Map<?, ?> rows = object(place, "the field \"confusion\"", fields.get("confusion"), classes());
    int sum = 0;
    for (ReplyClass hand : ReplyClass.values()) {
      Map<ReplyClass, Integer> row = row(place, hand, rows.get(hand.label()));
      sum += row.values().stream().mapToInt(Integer::intValue).sum();
      confusion.put(hand, row);
    }
    if (!(fields.get("n") instanceof Integer n) || n != sum || n == 0) {
      throw problem(
          place,
          "the field \"n\" must be the sum of the counts, which is %d and may not be 0"
              .formatted(sum));
    }
    return new JudgeError(measuredOn, confusion);
  }

  private static Map<ReplyClass, Integer> row(
      String place, ReplyClass hand, @Nullable Object value) {
    String name = "the row \"" + hand.label() + "\" of \"confusion\"";
    Map<?, ?> cells = object(place, name, value, classes());
    Map<ReplyClass, Integer> row = new EnumMap<>(ReplyClass.class);
    for (ReplyClass judged : ReplyClass.values()) {
      if (cells.get(judged.label()) instanceof Integer count && count >= 0 && count <= 1_000_000) {
        row.put(judged, count);
      } else {
        throw problem(
            place, name + " needs a whole number of 0 to 1,000,000 for \"" + judged.label() + "\"");
      }
    }
    return row;
  }

  private static Set<String> classes() {
    return Set.of(Arrays.stream(ReplyClass.values()).map(ReplyClass::label).toArray(String[]::new));
  }

  private static @Nullable Object parsed(String place, byte[] document) {
    if (document.length > MAX_BYTES) {
      throw problem(place, "larger than 64 KiB");
    }
    try {
      return MAPPER.readValue(document, Object.class);
    } catch (JacksonException e) {
      throw new EvalException(ErrorCode.JSON_FORMAT, place + ": not valid JSON", e);
    }
  }

  private static Map<?, ?> object(
      String place, String name, @Nullable Object value, Set<String> keys) {
    if (value instanceof Map<?, ?> map && map.keySet().equals(keys)) {
      return map;
    }
    throw problem(
        place,
        name
            + " must be an object with exactly "
            + String.join(", ", keys.stream().sorted().toList()));
  }

  private static EvalException problem(String place, String what) {
    return new EvalException(ErrorCode.JSON_FORMAT, place + ": " + what);
  }
}
