package org.demur.model.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.demur.core.ParserMessages;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads small JSON objects of untrusted origin: `config.json`, `adapter_config.json`.
public final class ConfigJson {
  private static final int MAX_BYTES = 4 << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(20)
                          .maxStringLength(MAX_BYTES)
                          .maxNumberLength(100)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private ConfigJson() {}

  /// Reads one object.
  ///
  /// @throws ModelException with [ErrorCode#NOT_FOUND] when the file is missing,
  ///   [ErrorCode#JSON_FORMAT] with line and column when it is no JSON object
  public static ConfigFields read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelException(
            ErrorCode.JSON_FORMAT, file + " is larger than the accepted " + MAX_BYTES + " bytes");
      }
      return new ConfigFields(file.toString(), parse(file.toString(), Files.readString(file)));
    } catch (NoSuchFileException e) {
      throw new ModelException(ErrorCode.NOT_FOUND, file + " does not exist", e);
    } catch (IOException e) {
      throw new ModelException(
          ErrorCode.IO, file + " cannot be read as UTF-8 text: " + e.getMessage(), e);
    }
  }

  /// Reads one object from a text; `place` names it in messages.
  public static Map<String, Object> parse(String place, String text) {
    try {
      Map<String, Object> values =
          MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
      if (values == null) {
        throw new ModelException(
            ErrorCode.JSON_FORMAT, place + ": a JSON object is needed, found null");
      }
      return values;
    } catch (JacksonException e) {
      throw new ModelException(
          ErrorCode.JSON_FORMAT,
          "%s: not a JSON object at line %d, column %d: %s"
              .formatted(
                  place,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
                  ParserMessages.plain(e.getOriginalMessage())),
          e);
    }
  }
}
