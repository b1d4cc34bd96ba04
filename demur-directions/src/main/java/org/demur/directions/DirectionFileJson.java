package org.demur.directions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.text.json.JsonLimits;
import org.demur.text.json.StreamingJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes directions: `NAME.safetensors` with the vectors and `NAME.json` with the model
/// and the facts.
public final class DirectionFileJson {
  /// Value of the field `format`.
  public static final String FORMAT = "demur-directions-1";

  private static final int MAX_VECTORS = 4096;
  private static final long MAX_NUMBERS = 1L << 28;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private DirectionFileJson() {}

  /// The JSON file that belongs to a safetensors file.
  public static Path sidecar(Path safetensors) {
    String name = safetensors.getFileName().toString();
    String base = name.endsWith(".safetensors") ? name.substring(0, name.length() - 12) : name;
    return safetensors.resolveSibling(base + ".json");
  }

  /// Writes both files, each in one step.
  ///
  /// @throws org.demur.core.DemurException with [ErrorCode#IO] when one cannot be written
  public static void write(DirectionFile directions, Path safetensors) {
    SafetensorsWriter writer = new SafetensorsWriter(safetensors).metadata("format", FORMAT);
    directions
        .vectors()
        .forEach((name, vectors) -> writer.add(name, vectors.shape(), vectors.values()));
    writer.write();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("format", FORMAT);
    document.put("model", toMap(directions.fingerprint()));
    document.putAll(directions.facts());
    AtomicFiles.writeText(sidecar(safetensors), MAPPER.writeValueAsString(document) + "\n");
  }

  /// A fingerprint as a JSON object.
  public static Map<String, Object> toMap(ModelFingerprint fingerprint) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("hash", fingerprint.modelHash());
    fingerprint.adapterHash().ifPresent(hash -> map.put("adapter", hash));
    fingerprint.templateHash().ifPresent(hash -> map.put("template", hash));
    map.put("dModel", fingerprint.dModel());
    map.put("nLayers", fingerprint.nLayers());
    return map;
  }

  /// Reads both files.
  ///
  /// @throws DirectionException with [ErrorCode#NOT_FOUND] when one is missing, with
  ///   [ErrorCode#JSON_FORMAT] when the JSON file is not of this format
  public static DirectionFile read(Path safetensors) {
    Path json = sidecar(safetensors);
    for (Path file : new Path[] {safetensors, json}) {
      if (!Files.exists(file)) {
        throw new DirectionException(
            ErrorCode.NOT_FOUND,
            "there is no file %s; directions are a safetensors file and a JSON file beside it"
                .formatted(file));
      }
    }
    SequencedMap<String, Object> facts = new LinkedHashMap<>(object(json, parse(json)));
    if (!FORMAT.equals(facts.remove("format"))) {
      throw wrong(json, "format", "\"" + FORMAT + "\"");
    }
    ModelFingerprint fingerprint = fingerprint(json, facts.remove("model"));
    SequencedMap<String, DirectionFile.Vectors> vectors = vectors(safetensors);
    vectors.forEach(
        (name, vector) -> {
          if (vector.shape().getLast() != fingerprint.dModel()) {
            throw new DirectionException(
                ErrorCode.TENSOR_SHAPE,
                "%s: %s has shape %s, but dModel is %d"
                    .formatted(safetensors, name, vector.shape(), fingerprint.dModel()));
          }
        });
    return new DirectionFile(fingerprint, vectors, facts);
  }

  private static @Nullable Object parse(Path json) {
    return StreamingJson.read(json, JsonLimits.DEFAULTS);
  }

  /// Reads a fingerprint that [#toMap] wrote.
  ///
  /// @param file for errors
  /// @throws DirectionException with [ErrorCode#JSON_FORMAT] for a missing or wrong field
  public static ModelFingerprint fingerprint(Path file, @Nullable Object value) {
    Map<String, Object> fields = object(file, value);
    return new ModelFingerprint(
        text(file, fields, "hash").orElseThrow(() -> wrong(file, "model.hash", "a text")),
        text(file, fields, "adapter"),
        text(file, fields, "template"),
        whole(file, fields, "dModel"),
        whole(file, fields, "nLayers"));
  }

  private static SequencedMap<String, DirectionFile.Vectors> vectors(Path safetensors) {
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(safetensors)) {
      long numbers = 0;
      for (StoredTensor stored : file.tensors().sequencedValues()) {
        numbers += stored.elementCount();
        int rank = stored.shape().size();
        if (rank < 1 || rank > 2 || numbers > MAX_NUMBERS || vectors.size() >= MAX_VECTORS) {
          throw new DirectionException(
              ErrorCode.TENSOR_SHAPE,
              "%s: %s has shape %s, but [dModel] or [row, dModel] is needed, at most %d of them"
                  .formatted(safetensors, stored.name(), stored.shape(), MAX_VECTORS));
        }
        try (Scope scope = Scope.open()) {
          float[] values = Tensors.ofStored(stored, DType.FLOAT32, Device.CPU).toFloats();
          vectors.put(stored.name(), new DirectionFile.Vectors(stored.shape(), values));
        }
      }
    }
    return vectors;
  }

  @SuppressWarnings("unchecked") // What JSON gives for an object is such a map.
  private static Map<String, Object> object(Path file, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw wrong(file, "model", "an object");
  }

  private static Optional<String> text(Path file, Map<String, Object> fields, String key) {
    Object value = fields.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw wrong(file, "model." + key, "a text");
  }

  private static int whole(Path file, Map<String, Object> fields, String key) {
    if (fields.get(key) instanceof Long number && number > 0 && number < 1 << 24) {
      return number.intValue();
    }
    throw wrong(file, "model." + key, "a positive whole number");
  }

  private static DirectionException wrong(Path file, String field, String expected) {
    return new DirectionException(
        ErrorCode.JSON_FORMAT, "%s: field %s must be %s".formatted(file, field, expected));
  }
}
