package org.demur.tensor.safetensors;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.TensorSizes;
import org.demur.tensor.safetensors.SafetensorsHeader.Entry;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Reads and writes the JSON header of a safetensors file.
final class SafetensorsHeaderJson {
  private static final String KNOWN_TYPES =
      Arrays.stream(StorageType.values())
          .filter(StorageType::inSafetensors)
          .map(StorageType::name)
          .collect(Collectors.joining(", "));

  private final StrictJson json;
  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private SafetensorsHeaderJson(StrictJson json) {
    this.json = json;
  }

  /// Reads a header that starts `base` bytes after the start of `file`; offsets are not yet
  /// checked.
  static SafetensorsHeader read(Path file, long base, byte[] header) {
    try (StrictJson json = StrictJson.parse(file, base, header)) {
      SafetensorsHeaderJson reader = new SafetensorsHeaderJson(json);
      json.object("the header", reader::field);
      json.end();
      return new SafetensorsHeader(reader.metadata, reader.entries);
    }
  }

  private void field(String name) {
    if (name.equals(SafetensorsHeader.METADATA_FIELD)) {
      json.object(
          SafetensorsHeader.METADATA_FIELD,
          key -> metadata.put(key, json.string("metadata " + quoted(key))));
    } else {
      entries.add(entry(name));
    }
  }

  private Entry entry(String name) {
    String tensor = "tensor " + quoted(name);
    Draft draft = new Draft();
    json.object(tensor, field -> readField(draft, tensor, field));
    if (draft.type == null || draft.shape == null || draft.offsets == null) {
      throw json.problem(tensor + " must have the fields dtype, shape and data_offsets");
    }
    if (draft.offsets.size() != 2) {
      throw json.problem(
          tensor + " has " + draft.offsets.size() + " data_offsets, but must have begin and end");
    }
    return new Entry(
        name, draft.type, draft.shape, draft.offsets.getFirst(), draft.offsets.getLast());
  }

  private void readField(Draft draft, String tensor, String field) {
    switch (field) {
      case "dtype" -> draft.type = type(tensor, json.string("dtype of " + tensor));
      case "shape" -> draft.shape = counts("shape of " + tensor, TensorSizes.MAX_AXES);
      case "data_offsets" -> draft.offsets = counts("data_offsets of " + tensor, 2);
      default ->
          throw json.problem(
              "%s has the field %s; known are dtype, shape and data_offsets"
                  .formatted(tensor, quoted(field)));
    }
  }

  private StorageType type(String tensor, String name) {
    return StorageType.ofSafetensorsName(name)
        .orElseThrow(
            () ->
                json.problem(
                    "%s has the unknown dtype %s; known are %s"
                        .formatted(tensor, quoted(name), KNOWN_TYPES)));
  }

  private List<Long> counts(String what, int most) {
    List<Long> values = new ArrayList<>();
    json.array(
        what,
        index -> {
          if (index >= most) {
            throw json.problem(what + " has more than " + most + " numbers");
          }
          values.add(json.count(what));
        });
    return values;
  }

  /// The header as compact JSON.
  static byte[] write(SafetensorsHeader header) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out =
        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), bytes)) {
      out.writeStartObject();
      if (!header.metadata().isEmpty()) {
        out.writeObjectPropertyStart(SafetensorsHeader.METADATA_FIELD);
        header.metadata().forEach(out::writeStringProperty);
        out.writeEndObject();
      }
      header.entries().forEach(entry -> write(out, entry));
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, Entry entry) {
    out.writeObjectPropertyStart(entry.name());
    out.writeStringProperty("dtype", entry.type().name());
    out.writeArrayPropertyStart("shape");
    entry.shape().forEach(out::writeNumber);
    out.writeEndArray();
    out.writeArrayPropertyStart("data_offsets");
    out.writeNumber(entry.begin());
    out.writeNumber(entry.end());
    out.writeEndArray();
    out.writeEndObject();
  }

  /// The fields of one entry while they are read in any order.
  private static final class Draft {
    private @Nullable StorageType type;
    private @Nullable List<Long> shape;
    private @Nullable List<Long> offsets;
  }
}
