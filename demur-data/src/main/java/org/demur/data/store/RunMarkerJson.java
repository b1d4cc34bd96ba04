package org.demur.data.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.demur.core.AtomicFiles;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The file that makes a folder a run folder: `{"tool", "kind", "schema", "created", "label",
/// "configuration"}`.
final class RunMarkerJson {
  static final String TOOL = "demur";
  static final int SCHEMA = 1;
  static final String FILE = "run.json";

  private static final int MAX_BYTES = 1 << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private RunMarkerJson() {}

  /// What a marker says.
  record Marker(Instant created, RunDescription description) {}

  static void write(Path folder, Marker marker) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("tool", TOOL);
    fields.put("kind", marker.description().kind());
    fields.put("schema", SCHEMA);
    fields.put("created", marker.created().toString());
    fields.put("label", marker.description().label());
    fields.put("configuration", marker.description().configuration());
    Path file = folder.resolve(FILE);
    try {
      AtomicFiles.writeText(file, MAPPER.writeValueAsString(fields) + "\n");
    } catch (DemurException e) {
      throw e.getCause() instanceof IOException cause ? StoreException.cannotWrite(file, cause) : e;
    }
  }

  /// The marker of a folder; nothing when it has none or one of another tool.
  ///
  /// @throws StoreException when it is ours and damaged, or of another schema
  static Optional<Marker> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      Map<?, ?> fields = MAPPER.readValue(Files.readAllBytes(file), Map.class);
      if (fields == null || !TOOL.equals(fields.get("tool"))) {
        return Optional.empty();
      }
      return Optional.of(marker(file, fields));
    } catch (JacksonException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StoreException.cannotRead(file, e);
    }
  }

  private static Marker marker(Path file, Map<?, ?> fields) {
    if (!(fields.get("schema") instanceof Integer schema) || schema != SCHEMA) {
      throw new StoreException(
          ErrorCode.FILE_FORMAT,
          "%s has schema %s; this version reads %d".formatted(file, fields.get("schema"), SCHEMA));
    }
    if (!(fields.get("configuration") instanceof Map<?, ?> configuration)) {
      throw damaged(file, "configuration");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    configuration.forEach(
        (name, value) -> {
          if (!(value instanceof String text)) {
            throw damaged(file, "configuration." + name);
          }
          texts.put(String.valueOf(name), text);
        });
    RunDescription description =
        new RunDescription(text(file, fields, "kind"), text(file, fields, "label"), texts);
    try {
      return new Marker(Instant.parse(text(file, fields, "created")), description);
    } catch (DateTimeException e) {
      throw damaged(file, "created");
    }
  }

  private static String text(Path file, Map<?, ?> fields, String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw damaged(file, name);
  }

  private static StoreException damaged(Path file, String field) {
    return new StoreException(
        ErrorCode.JSON_FORMAT, "%s: field \"%s\" is missing or damaged".formatted(file, field));
  }
}
