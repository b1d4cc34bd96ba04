package org.demur.tensor.gguf;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.MappedFile;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.file.TensorFile;
import org.demur.tensor.gguf.GgufTensorReader.Entry;

/// One GGUF file of version 2 or 3, little-endian, mapped into memory.
///
/// Everything in front of the data is checked when the file is opened, before anything of a claimed
/// size is allocated: counts, lengths, types, shapes, alignment, and that all tensors lie in the
/// file without overlap. A file that holds only a vocabulary has no tensors. Shapes are row-major,
/// the other way round than in the file.
///
/// **Ownership.** Closing it unmaps the bytes of all tensors; the metadata stays valid.
public final class GgufFile implements TensorFile {
  /// The largest alignment that is accepted.
  public static final long MAX_ALIGNMENT = 1 << 20;

  private static final long DEFAULT_ALIGNMENT = 32;
  private static final String ALIGNMENT_KEY = "general.alignment";
  private static final int MAGIC_BYTES = 4;
  private static final ValueLayout.OfInt VERSION =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MappedFile file;
  private final int version;
  private final GgufMetadata metadata;
  private final SequencedMap<String, StoredTensor> tensors;

  private GgufFile(MappedFile file) {
    this.file = file;
    GgufCursor cursor = new GgufCursor(file);
    this.version = version(file);
    cursor.int64(() -> "magic number and version");
    long tensorCount =
        cursor.count(
            () -> "number of tensors",
            GgufTensorReader.LEAST_ENTRY_BYTES,
            GgufTensorReader.MAX_TENSORS);
    long keyCount =
        cursor.count(
            () -> "number of metadata keys",
            GgufMetadataReader.LEAST_ENTRY_BYTES,
            GgufMetadataReader.MAX_KEYS);
    this.metadata = new GgufMetadata(file.path(), new GgufMetadataReader(cursor).read(keyCount));
    checkWhole();
    long alignment = alignment();
    GgufTensorReader reader = new GgufTensorReader(cursor);
    List<Entry> entries = reader.read(tensorCount);
    long dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
    reader.checkLayout(entries, alignment, Math.max(0, file.size() - dataStart));
    this.tensors = Collections.unmodifiableSequencedMap(slices(dataStart, entries));
  }

  /// Opens and checks a file.
  ///
  /// @throws FileFormatException when there is no such file, or when it is malformed, of another
  ///   version, big-endian, or a part of a split model
  public static GgufFile open(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      return new GgufFile(file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  /// The version of the format, 2 or 3.
  public int version() {
    return version;
  }

  /// The keys and values of the file.
  public GgufMetadata metadata() {
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

  private static int version(MappedFile file) {
    if (file.size() < MAGIC_BYTES + Integer.BYTES) {
      throw new FileFormatException(
          file.path(),
          "a GGUF file starts with \"GGUF\" and a version, but this one is only %d bytes long"
              .formatted(file.size()));
    }
    String magic =
        new String(
            file.bytes().asSlice(0, MAGIC_BYTES).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.ISO_8859_1);
    if (!magic.equals("GGUF")) {
      throw new FileFormatException(
          file.path(),
          0,
          "a GGUF file starts with \"GGUF\", but this one starts with "
              + FileFormatException.quoted(magic));
    }
    int version = file.bytes().get(VERSION, MAGIC_BYTES);
    if ((version & 0xFFFF) == 0 && version != 0) {
      throw new FileFormatException(
          file.path(), MAGIC_BYTES, "this GGUF file is big-endian; only little-endian is accepted");
    }
    if (version != 2 && version != 3) {
      throw new FileFormatException(
          file.path(),
          MAGIC_BYTES,
          "this GGUF file has version %s; versions 2 and 3 are accepted"
              .formatted(Integer.toUnsignedString(version)));
    }
    return version;
  }

  private void checkWhole() {
    long parts = metadata.integer("split.count").orElse(1L);
    if (parts > 1) {
      long number = metadata.integer("split.no").orElse(0L) + 1;
      throw new FileFormatException(
          file.path(),
          metadata.position("split.count"),
          "this is part %d of a model that was split into %d files; join them with llama-gguf-split"
                  .formatted(number, parts)
              + " --merge and use the result");
    }
  }

  private long alignment() {
    long alignment = metadata.integer(ALIGNMENT_KEY).orElse(DEFAULT_ALIGNMENT);
    if (alignment < 1 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw new FileFormatException(
          file.path(),
          metadata.position(ALIGNMENT_KEY),
          "%s is %d; a power of two up to %d is accepted"
              .formatted(ALIGNMENT_KEY, alignment, MAX_ALIGNMENT));
    }
    return alignment;
  }

  private SequencedMap<String, StoredTensor> slices(long dataStart, List<Entry> entries) {
    SequencedMap<String, StoredTensor> slices = new LinkedHashMap<>();
    for (Entry entry : entries) {
      // An empty tensor may stand where an absent data section would start.
      long start = entry.size() == 0 ? 0 : dataStart + entry.offset();
      var bytes = file.bytes().asSlice(start, entry.size());
      slices.put(
          entry.name(),
          new StoredTensor(entry.name(), entry.type(), entry.shape(), bytes, file.path()));
    }
    return slices;
  }
}
