package org.demur.tensor.gguf;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.demur.core.AtomicFiles;
import org.demur.tensor.file.Segments;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;

/// Writes a GGUF file of version 3: metadata and tensors, in the order in which they were added.
///
/// The bytes of tensors are streamed; the file appears under its name only when it is complete. If
/// `general.alignment` is written, it sets the alignment of the data, else that is 32.
public final class GgufWriter {
  private static final int VERSION = 3;
  private static final int DEFAULT_ALIGNMENT = 32;

  private final Path target;
  private final Map<String, byte[]> metadata = new LinkedHashMap<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private int alignment = DEFAULT_ALIGNMENT;

  /// Makes a writer for one file, which is not touched before [#write()].
  public GgufWriter(Path target) {
    this.target = target;
  }

  /// Adds a text.
  public GgufWriter string(String key, String value) {
    return add(key, GgufValueType.STRING, out -> text(out, value));
  }

  /// Adds an integer of the given type, which must be an integer type that can hold it.
  public GgufWriter integer(String key, GgufValueType type, long value) {
    return add(key, type, out -> whole(out, type, value));
  }

  /// Adds a number as a single-precision float.
  public GgufWriter number(String key, float value) {
    return add(key, GgufValueType.FLOAT32, out -> bits(out, Float.floatToIntBits(value), 4));
  }

  /// Adds a number as a double-precision float.
  public GgufWriter number(String key, double value) {
    return add(key, GgufValueType.FLOAT64, out -> bits(out, Double.doubleToLongBits(value), 8));
  }

  /// Adds a truth value.
  public GgufWriter bool(String key, boolean value) {
    return add(key, GgufValueType.BOOL, out -> out.write(value ? 1 : 0));
  }

  /// Adds an array of texts.
  public GgufWriter strings(String key, List<String> values) {
    return array(
        key, GgufValueType.STRING, values.size(), out -> values.forEach(value -> text(out, value)));
  }

  /// Adds an array of integers of the given type.
  public GgufWriter integers(String key, GgufValueType type, long... values) {
    return array(
        key,
        type,
        values.length,
        out -> {
          for (long value : values) {
            whole(out, type, value);
          }
        });
  }

  /// Adds an array of single-precision floats.
  public GgufWriter numbers(String key, float... values) {
    return array(
        key,
        GgufValueType.FLOAT32,
        values.length,
        out -> {
          for (float value : values) {
            bits(out, Float.floatToIntBits(value), Float.BYTES);
          }
        });
  }

  /// Adds an array of truth values.
  public GgufWriter bools(String key, boolean... values) {
    return array(
        key,
        GgufValueType.BOOL,
        values.length,
        out -> {
          for (boolean value : values) {
            out.write(value ? 1 : 0);
          }
        });
  }

  /// Adds all metadata of another file, with their types.
  ///
  /// @throws IllegalArgumentException when a key is there already, or for arrays of arrays and of
  ///   double-precision floats, which no tool writes
  public GgufWriter metadata(GgufMetadata other) {
    for (String key : other.keys()) {
      GgufValueType type = other.type(key).orElseThrow();
      switch (type) {
        case STRING -> string(key, other.string(key).orElseThrow());
        case BOOL -> bool(key, other.bool(key).orElseThrow());
        case FLOAT32 -> number(key, other.number(key).orElseThrow().floatValue());
        case FLOAT64 -> number(key, other.number(key).orElseThrow());
        case ARRAY -> array(key, other);
        case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> {
          long value = other.integer(key).orElseThrow();
          if (key.equals("general.alignment")) {
            alignment((int) value);
          } else {
            integer(key, type, value);
          }
        }
      }
    }
    return this;
  }

  private void array(String key, GgufMetadata other) {
    GgufValueType element = other.elementType(key).orElseThrow();
    switch (element) {
      case STRING -> strings(key, other.strings(key).orElseThrow());
      case BOOL -> bools(key, other.bools(key).orElseThrow());
      case FLOAT32 -> numbers(key, other.numbers(key).orElseThrow());
      case FLOAT64, ARRAY ->
          throw new IllegalArgumentException(
              "the metadata key " + quoted(key) + " is an array of " + element);
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          integers(key, element, other.integers(key).orElseThrow());
    }
  }

  /// Adds `general.alignment` and aligns the data by it.
  ///
  /// @throws IllegalArgumentException when it is no power of two or beyond what readers accept
  public GgufWriter alignment(int value) {
    if (Integer.bitCount(value) != 1 || value < 1 || value > GgufFile.MAX_ALIGNMENT) {
      throw new IllegalArgumentException("the alignment " + value + " is no accepted power of two");
    }
    alignment = value;
    return integer("general.alignment", GgufValueType.UINT32, value);
  }

  /// Adds a tensor of encoded little-endian bytes, which must stay as they are until the file is
  /// written. The shape is row-major.
  ///
  /// @throws org.demur.tensor.file.FileFormatException when size, shape and type contradict each
  ///   other
  /// @throws IllegalArgumentException when the name is taken or the format cannot hold the tensor
  public GgufWriter tensor(String name, StorageType type, List<Long> shape, MemorySegment bytes) {
    if (type.ggmlId().isEmpty() || shape.size() > GgufTensorReader.MAX_AXES) {
      throw new IllegalArgumentException(
          "tensor %s has type %s and %d axes, which GGUF cannot hold"
              .formatted(quoted(name), type, shape.size()));
    }
    if (tensors.putIfAbsent(name, new StoredTensor(name, type, shape, bytes, target)) != null) {
      throw new IllegalArgumentException("the tensor name " + quoted(name) + " is already taken");
    }
    return this;
  }

  /// Adds a tensor of 32-bit floats.
  public GgufWriter tensor(String name, List<Long> shape, float... values) {
    return tensor(name, StorageType.F32, shape, Segments.ofFloats(values));
  }

  /// Writes the file, replacing what was there in one step.
  ///
  /// @throws org.demur.core.DemurException with code IO when it cannot be written
  public void write() {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    bits(header, VERSION, Integer.BYTES);
    bits(header, tensors.size(), Long.BYTES);
    bits(header, metadata.size(), Long.BYTES);
    metadata.values().forEach(header::writeBytes);
    long offset = 0;
    for (StoredTensor tensor : tensors.values()) {
      entry(header, tensor, offset);
      offset += tensor.bytes().byteSize() + padding(tensor.bytes().byteSize());
    }
    AtomicFiles.write(target, out -> writeTo(out, header.toByteArray()));
  }

  private void writeTo(OutputStream out, byte[] header) throws IOException {
    out.write(header);
    out.write(new byte[padding(header.length)]);
    for (StoredTensor tensor : tensors.values()) {
      Segments.writeTo(out, tensor.bytes());
      out.write(new byte[padding(tensor.bytes().byteSize())]);
    }
  }

  private int padding(long length) {
    return (int) Math.floorMod(-length, (long) alignment);
  }

  private static void entry(ByteArrayOutputStream out, StoredTensor tensor, long offset) {
    text(out, tensor.name());
    bits(out, tensor.shape().size(), Integer.BYTES);
    tensor.shape().reversed().forEach(axis -> bits(out, axis, Long.BYTES));
    bits(out, tensor.type().ggmlId().orElseThrow(), Integer.BYTES);
    bits(out, offset, Long.BYTES);
  }

  private GgufWriter array(
      String key, GgufValueType type, int count, Consumer<ByteArrayOutputStream> elements) {
    return add(
        key,
        GgufValueType.ARRAY,
        out -> {
          bits(out, type.id(), Integer.BYTES);
          bits(out, count, Long.BYTES);
          elements.accept(out);
        });
  }

  private GgufWriter add(String key, GgufValueType type, Consumer<ByteArrayOutputStream> value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text(out, key);
    bits(out, type.id(), Integer.BYTES);
    value.accept(out);
    if (metadata.putIfAbsent(key, out.toByteArray()) != null) {
      throw new IllegalArgumentException("the metadata key " + quoted(key) + " is already taken");
    }
    return this;
  }

  private static void text(ByteArrayOutputStream out, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    bits(out, bytes.length, Long.BYTES);
    out.writeBytes(bytes);
  }

  private static void whole(ByteArrayOutputStream out, GgufValueType type, long value) {
    if (!type.holds(value)) {
      throw new IllegalArgumentException("the type " + type + " cannot hold " + value);
    }
    bits(out, value, type.leastBytes());
  }

  private static void bits(ByteArrayOutputStream out, long value, int count) {
    byte[] bytes = new byte[Long.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    out.write(bytes, 0, count);
  }
}
