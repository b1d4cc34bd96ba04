package org.demur.tensor.safetensors;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.demur.core.AtomicFiles;
import org.demur.tensor.file.Segments;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsHeader.Entry;

/// Writes a safetensors file.
///
/// Tensors are sorted as the reference implementation does, by falling rank of the dtype and then
/// by name, and the header is padded with spaces to a multiple of 8, so that all elements are
/// aligned. The bytes are streamed: memory for a second copy is never needed. The file appears
/// under its name only when it is complete.
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Path target;

  /// Makes a writer for one file, which is not touched before [#write()].
  public SafetensorsWriter(Path target) {
    this.target = target;
  }

  /// Adds a text to `__metadata__`.
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /// Adds a tensor of encoded little-endian bytes, which must stay as they are until the file is
  /// written.
  ///
  /// @throws org.demur.tensor.file.FileFormatException when size, shape and type contradict each
  ///   other
  /// @throws IllegalArgumentException when the name is taken, or the format has no such type
  public SafetensorsWriter add(
      String name, StorageType type, List<Long> shape, MemorySegment bytes) {
    if (!type.inSafetensors()) {
      throw new IllegalArgumentException(
          "tensor " + quoted(name) + " has type " + type + ", which safetensors cannot hold");
    }
    if (name.equals(SafetensorsHeader.METADATA_FIELD)
        || tensors.putIfAbsent(name, new StoredTensor(name, type, shape, bytes, target)) != null) {
      throw new IllegalArgumentException("the tensor name " + quoted(name) + " is already taken");
    }
    return this;
  }

  /// Adds 32-bit floats.
  public SafetensorsWriter add(String name, List<Long> shape, float... values) {
    return add(name, StorageType.F32, shape, Segments.ofFloats(values));
  }

  /// Adds 64-bit integers.
  public SafetensorsWriter add(String name, List<Long> shape, long... values) {
    return add(name, StorageType.I64, shape, Segments.ofLongs(values));
  }

  /// Writes the file, replacing what was there in one step.
  ///
  /// @throws org.demur.core.DemurException with code IO when it cannot be written
  public void write() {
    List<StoredTensor> sorted =
        tensors.values().stream()
            .sorted(
                Comparator.comparing(StoredTensor::type)
                    .reversed()
                    .thenComparing(
                        tensor -> tensor.name().getBytes(StandardCharsets.UTF_8),
                        Arrays::compareUnsigned))
            .toList();
    byte[] header = header(sorted);
    AtomicFiles.write(target, out -> writeTo(out, header, sorted));
  }

  private byte[] header(List<StoredTensor> sorted) {
    SequencedMap<String, String> texts = new LinkedHashMap<>(metadata);
    List<Entry> entries = new ArrayList<>();
    long offset = 0;
    for (StoredTensor tensor : sorted) {
      long end = Math.addExact(offset, tensor.bytes().byteSize());
      entries.add(new Entry(tensor.name(), tensor.type(), tensor.shape(), offset, end));
      offset = end;
    }
    return SafetensorsHeaderJson.write(new SafetensorsHeader(texts, entries));
  }

  private static void writeTo(OutputStream out, byte[] header, List<StoredTensor> sorted)
      throws IOException {
    int padding = Math.floorMod(-header.length, ALIGNMENT);
    byte[] length = new byte[Long.BYTES];
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length + padding);
    out.write(length);
    out.write(header);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (StoredTensor tensor : sorted) {
      Segments.writeTo(out, tensor.bytes());
    }
  }
}
