package org.demur.eval.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes the calibration of a judge as one JSON object.
public final class CalibrationJson {
  private static final String FORMAT = "demur-judge-calibration-1";
  private static final long MAX_BYTES = 1 << 20;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private CalibrationJson() {}

  /// Writes `format`, `judge`, `target`, `n`, `slope` and `shift`, replacing the file in one step.
  public static void write(Path file, Calibration calibration) {
    AtomicFiles.writeText(file, MAPPER.writeValueAsString(toMap(calibration)) + "\n");
  }

  /// The fields of a calibration, as in its file.
  public static Map<String, Object> toMap(Calibration calibration) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("judge", calibration.judgeId());
    fields.put("target", calibration.target());
    fields.put("n", calibration.n());
    fields.put("slope", calibration.slope());
    fields.put("shift", calibration.shift());
    return fields;
  }

  /// Reads a calibration.
  ///
  /// @throws EvalException when the file cannot be read, is no calibration, or a field is missing
  public static Calibration read(Path file) {
    Map<?, ?> fields = fields(file);
    if (!FORMAT.equals(fields.get("format"))) {
      throw problem(file, "the field \"format\" must be \"" + FORMAT + "\"");
    }
    if (fields.get("judge") instanceof String judge
        && fields.get("target") instanceof String target
        && fields.get("n") instanceof Integer n
        && fields.get("slope") instanceof Number slope
        && fields.get("shift") instanceof Number shift) {
      return new Calibration(judge, target, n, slope.doubleValue(), shift.doubleValue());
    }
    throw problem(
        file,
        "texts \"judge\" and \"target\" and numbers \"n\", \"slope\" and \"shift\" are needed");
  }

  private static Map<?, ?> fields(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw problem(file, "larger than 1 MiB");
      }
      if (MAPPER.readValue(Files.readString(file), Object.class) instanceof Map<?, ?> fields) {
        return fields;
      }
      throw problem(file, "a JSON object is needed");
    } catch (JacksonException e) {
      throw problem(file, "not valid JSON");
    } catch (NoSuchFileException e) {
      throw new EvalException(ErrorCode.NOT_FOUND, "there is no file " + file, e);
    } catch (IOException e) {
      throw new EvalException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static EvalException problem(Path file, String what) {
    return new EvalException(ErrorCode.JSON_FORMAT, file + ": " + what);
  }
}
