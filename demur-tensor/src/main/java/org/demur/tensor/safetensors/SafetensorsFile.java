package org.demur.tensor.safetensors;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.MappedFile;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.file.TensorFile;
import org.demur.tensor.file.TensorSizes;
import org.demur.tensor.safetensors.SafetensorsHeader.Entry;

/// One safetensors file, mapped into memory.
///
/// Everything the header says is checked when the file is opened: its length, that it is UTF-8 and
/// JSON without duplicate fields, dtypes, shapes, and that the tensors cover the rest of the file
/// exactly, without overlap or gap.
///
/// **Ownership.** Closing it unmaps the bytes of all tensors.
public final class SafetensorsFile implements TensorFile {
  /// The longest header that is accepted, as in the reference implementation.
  public static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MappedFile file;
  private final SequencedMap<String, String> metadata;
  private final SequencedMap<String, StoredTensor> tensors;

  private SafetensorsFile(MappedFile file) {
    this.file = file;
    long headerEnd = headerEnd(file);
    byte[] text =
        file.bytes().asSlice(LENGTH_BYTES, headerEnd - LENGTH_BYTES).toArray(ValueLayout.JAVA_BYTE);
    SafetensorsHeader header = SafetensorsHeaderJson.read(file.path(), LENGTH_BYTES, text);
    this.metadata = Collections.unmodifiableSequencedMap(header.metadata());
    header.entries().forEach(entry -> checkSize(file.path(), entry));
    checkCoverage(file, headerEnd, header.entries());
    this.tensors = Collections.unmodifiableSequencedMap(slices(headerEnd, header.entries()));
  }

  /// Opens and checks a file.
  ///
  /// @throws FileFormatException when there is no such file, or when it is malformed
  public static SafetensorsFile open(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      return new SafetensorsFile(file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  /// The texts of `__metadata__`, in the order of the header; empty when there are none.
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  @Override
  public SequencedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    file.close();
  }

  private static long headerEnd(MappedFile file) {
    if (file.size() < LENGTH_BYTES) {
      throw new FileFormatException(
          file.path(),
          "a safetensors file starts with 8 bytes that give the length of its header, but this one"
              + " is only %d bytes long".formatted(file.size()));
    }
    long length = file.bytes().get(LENGTH, 0);
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new FileFormatException(
          file.path(),
          0,
          "the header claims to be %s bytes long; at most %d are accepted"
              .formatted(Long.toUnsignedString(length), MAX_HEADER_BYTES));
    }
    if (length > file.size() - LENGTH_BYTES) {
      throw new FileFormatException(
          file.path(),
          0,
          "the header claims to be %d bytes long, but only %d bytes follow; the file is cut short or"
                  .formatted(length, file.size() - LENGTH_BYTES)
              + " is no safetensors file");
    }
    return LENGTH_BYTES + length;
  }

  private static void checkSize(Path path, Entry entry) {
    long size = size(path, entry);
    if (entry.begin() > entry.end()) {
      throw new FileFormatException(
          path,
          "tensor %s begins at %d, after its end %d"
              .formatted(quoted(entry.name()), entry.begin(), entry.end()));
    }
    if (entry.end() - entry.begin() != size) {
      throw new FileFormatException(
          path,
          "tensor %s of dtype %s and shape %s takes %d bytes, but its data_offsets [%d, %d] span %d"
              .formatted(
                  quoted(entry.name()),
                  entry.type(),
                  entry.shape(),
                  size,
                  entry.begin(),
                  entry.end(),
                  entry.end() - entry.begin()));
    }
  }

  private static long size(Path path, Entry entry) {
    try {
      return TensorSizes.byteSize(entry.type(), entry.shape());
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(
          path, "tensor %s %s".formatted(quoted(entry.name()), e.getMessage()));
    }
  }

  private static void checkCoverage(MappedFile file, long headerEnd, List<Entry> entries) {
    List<Entry> sorted =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long available = file.size() - headerEnd;
    long covered = 0;
    String previous = "the header";
    for (Entry entry : sorted) {
      String name = "tensor " + quoted(entry.name());
      if (entry.end() > available) {
        throw new FileFormatException(
            file.path(),
            "%s ends at %d, but only %d bytes of data follow the header; the file is cut short or its"
                    .formatted(name, entry.end(), available)
                + " offsets are wrong");
      }
      if (entry.begin() != covered) {
        String relation = entry.begin() < covered ? "overlaps" : "leaves a gap after";
        throw new FileFormatException(
            file.path(),
            headerEnd + entry.begin(),
            "%s begins at %d and %s %s, which ends at %d"
                .formatted(name, entry.begin(), relation, previous, covered));
      }
      covered = entry.end();
      previous = name;
    }
    if (covered != available) {
      throw new FileFormatException(
          file.path(),
          headerEnd + covered,
          "%d bytes of data belong to no tensor".formatted(available - covered));
    }
  }

  private SequencedMap<String, StoredTensor> slices(long headerEnd, List<Entry> entries) {
    SequencedMap<String, StoredTensor> slices = new LinkedHashMap<>();
    for (Entry entry : entries) {
      var bytes = file.bytes().asSlice(headerEnd + entry.begin(), entry.end() - entry.begin());
      slices.put(
          entry.name(),
          new StoredTensor(entry.name(), entry.type(), entry.shape(), bytes, file.path()));
    }
    return slices;
  }
}
