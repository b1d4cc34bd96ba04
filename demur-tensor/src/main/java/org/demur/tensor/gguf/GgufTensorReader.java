package org.demur.tensor.gguf;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.TensorSizes;

/// Reads the table of tensors of a GGUF file and checks that they fit into its data.
final class GgufTensorReader {
  /// The most tensors that are accepted.
  static final long MAX_TENSORS = 1 << 18;

  /// The most axes of a tensor in this format.
  static final int MAX_AXES = 4;

  /// The longest name that is accepted.
  static final int MAX_NAME_BYTES = 1024;

  /// The fewest bytes of a tensor's name, number of axes, type and offset.
  static final int LEAST_ENTRY_BYTES = Long.BYTES + 2 * Integer.BYTES + Long.BYTES;

  /// Types of ggml that are not decoded: intermediate results, withdrawn ones, and very new ones.
  private static final Map<Long, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry(4L, "Q4_2"),
          Map.entry(5L, "Q4_3"),
          Map.entry(9L, "Q8_1"),
          Map.entry(15L, "Q8_K"),
          Map.entry(31L, "Q4_0_4_4"),
          Map.entry(32L, "Q4_0_4_8"),
          Map.entry(33L, "Q4_0_8_8"),
          Map.entry(36L, "IQ4_NL_4_4"),
          Map.entry(37L, "IQ4_NL_4_8"),
          Map.entry(38L, "IQ4_NL_8_8"),
          Map.entry(40L, "NVFP4"),
          Map.entry(41L, "Q1_0"));

  private final GgufCursor cursor;

  GgufTensorReader(GgufCursor cursor) {
    this.cursor = cursor;
  }

  /// One row of the table.
  ///
  /// @param shape row-major, as everywhere in this project; the file has the fastest axis first
  /// @param offset of the first byte, from the start of the data
  /// @param at where the row starts in the file
  record Entry(String name, StorageType type, List<Long> shape, long offset, long size, long at) {}

  /// Reads `count` rows.
  List<Entry> read(long count) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long index = 0; index < count; index++) {
      Entry entry = entry(index);
      if (!names.add(entry.name())) {
        throw cursor.problem(
            entry.at(), "the tensor name " + quoted(entry.name()) + " is there twice");
      }
      entries.add(entry);
    }
    return entries;
  }

  private Entry entry(long index) {
    long at = cursor.position();
    String name = cursor.string(() -> "name of tensor " + index, MAX_NAME_BYTES);
    String tensor = "tensor " + quoted(name);
    List<Long> shape = shape(tensor);
    StorageType type = type(tensor);
    long offset = cursor.int64(() -> "offset of " + tensor);
    try {
      return new Entry(name, type, shape, offset, TensorSizes.byteSize(type, shape), at);
    } catch (IllegalArgumentException e) {
      throw cursor.problem(at, tensor + " " + e.getMessage());
    }
  }

  private List<Long> shape(String tensor) {
    long at = cursor.position();
    long axes = cursor.uint32(() -> "number of axes of " + tensor);
    if (axes > MAX_AXES) {
      throw cursor.problem(
          at, "%s has %d axes; at most %d are accepted".formatted(tensor, axes, MAX_AXES));
    }
    Supplier<String> what = () -> "shape of " + tensor;
    List<Long> fastestFirst = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      fastestFirst.add(cursor.int64(what));
    }
    return List.copyOf(fastestFirst.reversed());
  }

  private StorageType type(String tensor) {
    long at = cursor.position();
    long id = cursor.uint32(() -> "type of " + tensor);
    return StorageType.ofGgmlId(id)
        .orElseThrow(
            () ->
                cursor.problem(
                    at,
                    "%s has the type %s; supported are %s".formatted(tensor, name(id), known())));
  }

  private static String name(long id) {
    String name = UNSUPPORTED.get(id);
    return name == null
        ? id + ", which is unknown"
        : id + " (" + name + "), which is not supported";
  }

  private static String known() {
    return Arrays.stream(StorageType.values())
        .filter(type -> type.ggmlId().isPresent())
        .sorted(Comparator.comparing(type -> type.ggmlId().orElseThrow()))
        .map(type -> type.ggmlId().orElseThrow() + " " + type)
        .collect(Collectors.joining(", "));
  }

  /// Checks that all tensors are aligned, lie within `available` bytes of data, and do not overlap.
  void checkLayout(List<Entry> entries, long alignment, long available) {
    List<Entry> sorted =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::size))
            .toList();
    long end = 0;
    String previous = "";
    for (Entry entry : sorted) {
      checkPlace(entry, alignment, available);
      if (entry.size() > 0 && entry.offset() < end) {
        throw problem(
            entry,
            "at offset %d overlaps tensor %s, which ends at %d"
                .formatted(entry.offset(), quoted(previous), end));
      }
      end = Math.max(end, entry.offset() + entry.size());
      previous = entry.name();
    }
  }

  private void checkPlace(Entry entry, long alignment, long available) {
    if (entry.offset() < 0
        || entry.offset() > available
        || entry.size() > available - entry.offset()) {
      throw problem(
          entry,
          "takes %d bytes from offset %s, but the file has only %d bytes of data; it is cut short or"
                  .formatted(entry.size(), Long.toUnsignedString(entry.offset()), available)
              + " its table is wrong");
    }
    if (entry.offset() % alignment != 0) {
      throw problem(
          entry,
          "has the offset %d, which is no multiple of the alignment %d"
              .formatted(entry.offset(), alignment));
    }
  }

  private FileFormatException problem(Entry entry, String text) {
    return cursor.problem(entry.at(), "tensor " + quoted(entry.name()) + " " + text);
  }
}
