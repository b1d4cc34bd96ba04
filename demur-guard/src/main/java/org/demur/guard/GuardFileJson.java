package org.demur.guard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.MeanTable;
import org.demur.directions.ModelFingerprint;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.text.json.JsonLimits;
import org.demur.text.json.StreamingJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes fitted guards.
public final class GuardFileJson {
  /// Value of the field `format`.
  public static final String FORMAT = "demur-guard-1";

  private static final String CATEGORY = "category.";
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private GuardFileJson() {}

  /// Writes both files, each in one step.
  ///
  /// @throws org.demur.core.DemurException with [ErrorCode#IO] when one cannot be written
  public static void write(GuardFile guard, Path safetensors) {
    CentroidSet centroids = guard.centroids();
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsWriter writer = new SafetensorsWriter(safetensors).metadata("format", FORMAT);
      add(writer, "harmful", centroids.positive(), arena);
      add(writer, "harmless", centroids.negative(), arena);
      centroids.categories().forEach((name, table) -> add(writer, CATEGORY + name, table, arena));
      writer.write();
    }
    Path json = DirectionFileJson.sidecar(safetensors);
    AtomicFiles.writeText(json, MAPPER.writeValueAsString(toMap(guard)) + "\n");
  }

  private static void add(SafetensorsWriter writer, String name, MeanTable table, Arena arena) {
    double[] sums = table.sums();
    MemorySegment bytes = arena.allocate((long) sums.length * Double.BYTES);
    for (int i = 0; i < sums.length; i++) {
      bytes.set(DOUBLE, (long) i * Double.BYTES, sums[i]);
    }
    writer.add(name, StorageType.F64, List.of((long) table.rows(), (long) table.dModel()), bytes);
  }

  private static Map<String, Object> toMap(GuardFile guard) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", FORMAT);
    map.put("model", DirectionFileJson.toMap(guard.centroids().fingerprint()));
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("harmful", guard.centroids().positive().count());
    counts.put("harmless", guard.centroids().negative().count());
    guard
        .centroids()
        .categories()
        .forEach((name, table) -> counts.put(CATEGORY + name, table.count()));
    map.put("counts", counts);
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("mode", guard.settings().mode().name().toLowerCase(Locale.ROOT));
    settings.put("firstRow", guard.settings().firstRow());
    guard.settings().lastRow().ifPresent(row -> settings.put("lastRow", row));
    settings.put("threshold", guard.settings().threshold());
    map.put("settings", settings);
    guard.calibration().ifPresent(found -> map.put("calibration", toMap(found)));
    map.put("facts", guard.facts());
    return map;
  }

  private static Map<String, Object> toMap(ThresholdCalibration calibration) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("threshold", calibration.threshold());
    map.put("targetFalsePositiveRate", calibration.targetFalsePositiveRate());
    map.put("falsePositives", calibration.falsePositives());
    map.put("harmless", calibration.harmless());
    return map;
  }

  /// Reads both files.
  ///
  /// @throws GuardException with [ErrorCode#NOT_FOUND] when one is missing, with
  ///   [ErrorCode#JSON_FORMAT] or [ErrorCode#TENSOR_SHAPE] when they are not of this format
  public static GuardFile read(Path safetensors) {
    Path json = DirectionFileJson.sidecar(safetensors);
    for (Path file : new Path[] {safetensors, json}) {
      if (!Files.exists(file)) {
        throw new GuardException(
            ErrorCode.NOT_FOUND,
            "there is no file %s; a guard is a safetensors file and a JSON file beside it"
                .formatted(file));
      }
    }
    Fields all = Fields.of(json, "", StreamingJson.read(json, JsonLimits.DEFAULTS));
    if (!FORMAT.equals(all.text("format"))) {
      throw all.wrong("format", "\"" + FORMAT + "\"");
    }
    ModelFingerprint fingerprint = DirectionFileJson.fingerprint(json, all.value("model"));
    CentroidSet centroids = centroids(safetensors, fingerprint, all.object("counts"));
    centroids.requireBoth();
    Fields settings = all.object("settings");
    Optional<ThresholdCalibration> calibration =
        all.value("calibration") == null
            ? Optional.empty()
            : Optional.of(calibration(all.object("calibration")));
    return new GuardFile(
        centroids, settings(settings), calibration, new LinkedHashMap<>(facts(all)));
  }

  private static Map<String, Object> facts(Fields all) {
    return all.value("facts") == null ? Map.of() : all.object("facts").values();
  }

  private static CentroidSet centroids(
      Path safetensors, ModelFingerprint fingerprint, Fields counts) {
    SequencedMap<String, MeanTable> categories = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(safetensors)) {
      for (String name : file.tensors().keySet()) {
        if (name.startsWith(CATEGORY)) {
          categories.put(name.substring(CATEGORY.length()), table(file, name, fingerprint, counts));
        }
      }
      return new CentroidSet(
          fingerprint,
          table(file, "harmful", fingerprint, counts),
          table(file, "harmless", fingerprint, counts),
          categories);
    }
  }

  private static MeanTable table(
      SafetensorsFile file, String name, ModelFingerprint fingerprint, Fields counts) {
    StoredTensor stored = file.tensor(name);
    List<Long> shape = List.of(fingerprint.nLayers() + 1L, (long) fingerprint.dModel());
    if (!stored.shape().equals(shape) || stored.type() != StorageType.F64) {
      throw new GuardException(
          ErrorCode.TENSOR_SHAPE,
          "%s: %s is %s of shape %s, but F64 of shape [nLayers + 1, dModel] = %s is needed"
              .formatted(file.path(), name, stored.type(), stored.shape(), shape));
    }
    double[] sums = new double[Math.toIntExact(stored.elementCount())];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = stored.bytes().get(DOUBLE, (long) i * Double.BYTES);
      if (!Double.isFinite(sums[i])) {
        throw new GuardException(
            ErrorCode.TENSOR_SHAPE,
            "%s: %s holds a value that is no number at index %d".formatted(file.path(), name, i));
      }
    }
    return new MeanTable(
        1, fingerprint.nLayers() + 1, fingerprint.dModel(), sums, counts.whole(name));
  }

  private static GuardSettings settings(Fields fields) {
    String mode = fields.text("mode").toUpperCase(Locale.ROOT);
    for (GuardSettings.Mode known : GuardSettings.Mode.values()) {
      if (known.name().equals(mode)) {
        OptionalInt lastRow =
            fields.value("lastRow") == null
                ? OptionalInt.empty()
                : OptionalInt.of((int) fields.whole("lastRow"));
        return new GuardSettings(
            known, (int) fields.whole("firstRow"), lastRow, fields.number("threshold"));
      }
    }
    throw fields.wrong("mode", "cosine, centred or projection");
  }

  private static ThresholdCalibration calibration(Fields fields) {
    return new ThresholdCalibration(
        fields.number("threshold"),
        fields.number("targetFalsePositiveRate"),
        (int) fields.whole("falsePositives"),
        (int) fields.whole("harmless"));
  }

  /// Fields of a JSON object, with errors that name them.
  private record Fields(Path file, String place, Map<String, Object> values) {
    @SuppressWarnings("unchecked") // What JSON gives for an object is such a map.
    static Fields of(Path file, String place, @Nullable Object value) {
      if (value instanceof Map<?, ?> map) {
        return new Fields(file, place, (Map<String, Object>) map);
      }
      throw new GuardException(
          ErrorCode.JSON_FORMAT,
          "%s: %s must be an object"
              .formatted(file, place.isEmpty() ? "the document" : "field " + place));
    }

    @Nullable Object value(String key) {
      return values.get(key);
    }

    Fields object(String key) {
      return of(file, place.isEmpty() ? key : place + "." + key, values.get(key));
    }

    String text(String key) {
      if (values.get(key) instanceof String text) {
        return text;
      }
      throw wrong(key, "a text");
    }

    long whole(String key) {
      if (values.get(key) instanceof Long number && number >= 0 && number < Integer.MAX_VALUE) {
        return number;
      }
      throw wrong(key, "a whole number that is not negative");
    }

    double number(String key) {
      if (values.get(key) instanceof Number number) {
        return number.doubleValue();
      }
      throw wrong(key, "a number");
    }

    GuardException wrong(String key, String expected) {
      return new GuardException(
          ErrorCode.JSON_FORMAT,
          "%s: field %s%s must be %s"
              .formatted(file, place.isEmpty() ? "" : place + ".", key, expected));
    }
  }
}
