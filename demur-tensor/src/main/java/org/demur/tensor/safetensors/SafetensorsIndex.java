package org.demur.tensor.safetensors;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.tensor.file.FileFormatException;
import org.demur.tensor.file.MappedFile;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.file.TensorFile;

/// A model whose tensors lie in several safetensors files, its shards, behind a JSON index.
///
/// The index and the shards must agree: every tensor of the index is in the shard that it names,
/// and a shard holds no tensor that the index gives to another shard or does not know. Shards lie
/// in the folder of the index; names that lead elsewhere are refused.
///
/// **Ownership.** Closing it closes all shards.
public final class SafetensorsIndex implements TensorFile {
  /// The usual name of an index.
  public static final String INDEX_NAME = "model.safetensors.index.json";

  /// The usual name of a model in one file.
  public static final String SINGLE_NAME = "model.safetensors";

  /// The longest index that is accepted.
  public static final long MAX_INDEX_BYTES = 100_000_000;

  private static final int SHOWN_NAMES = 5;

  private final Path path;
  private final List<SafetensorsFile> shards = new ArrayList<>();
  private final SequencedMap<String, StoredTensor> tensors;

  private SafetensorsIndex(Path path) {
    this.path = path;
    try {
      SequencedMap<String, String> shardByTensor = SafetensorsIndexJson.read(path, content(path));
      this.tensors = Collections.unmodifiableSequencedMap(collect(shardByTensor));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// Opens an index, or the weights of a model folder: its `model.safetensors`, or else the shards
  /// of its index.
  ///
  /// @throws FileFormatException when there is no such file, or when index or shards are malformed
  ///   or contradict each other
  public static TensorFile open(Path indexOrFolder) {
    if (!Files.isDirectory(indexOrFolder)) {
      return new SafetensorsIndex(indexOrFolder);
    }
    Path single = indexOrFolder.resolve(SINGLE_NAME);
    if (Files.exists(single)) {
      return SafetensorsFile.open(single);
    }
    Path index = indexOrFolder.resolve(INDEX_NAME);
    if (Files.exists(index)) {
      return new SafetensorsIndex(index);
    }
    throw new FileFormatException(
        ErrorCode.NOT_FOUND,
        indexOrFolder,
        "this folder has neither %s nor %s".formatted(SINGLE_NAME, INDEX_NAME));
  }

  @Override
  public Path path() {
    return path;
  }

  /// The files that hold the tensors, in the order in which the index names them first.
  public List<Path> shardPaths() {
    return shards.stream().map(SafetensorsFile::path).toList();
  }

  @Override
  public SequencedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    shards.forEach(SafetensorsFile::close);
  }

  private static byte[] content(Path path) {
    try (MappedFile file = MappedFile.open(path)) {
      if (file.size() > MAX_INDEX_BYTES) {
        throw new FileFormatException(
            path,
            "the index is %d bytes long; at most %d are accepted"
                .formatted(file.size(), MAX_INDEX_BYTES));
      }
      return file.bytes().toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private SequencedMap<String, StoredTensor> collect(SequencedMap<String, String> shardByTensor) {
    Map<String, SafetensorsFile> opened = new HashMap<>();
    for (String shard : new LinkedHashSet<>(shardByTensor.values())) {
      SafetensorsFile file = SafetensorsFile.open(shardPath(shard));
      shards.add(file);
      opened.put(shard, file);
      checkOwnTensors(shard, file, shardByTensor);
    }
    SequencedMap<String, StoredTensor> collected = new LinkedHashMap<>();
    shardByTensor.forEach(
        (tensor, shard) -> {
          SafetensorsFile file = opened.get(shard);
          StoredTensor stored = file == null ? null : file.tensors().get(tensor);
          if (stored == null) {
            throw missing(tensor, shard, file == null ? Set.of() : file.tensors().keySet());
          }
          collected.put(tensor, stored);
        });
    return collected;
  }

  private Path shardPath(String shard) {
    try {
      if (isPlain(shard)) {
        return path.resolveSibling(shard);
      }
    } catch (InvalidPathException e) {
      // The file system has no such names; the message below says what is accepted.
    }
    throw new FileFormatException(
        path,
        "weight_map names the shard %s; only plain names of files in the same folder are accepted"
            .formatted(quoted(shard)));
  }

  private static boolean isPlain(String shard) {
    return !shard.isBlank()
        && !shard.equals(".")
        && !shard.equals("..")
        && shard.chars().noneMatch(SafetensorsIndex::leadsElsewhere);
  }

  private static boolean leadsElsewhere(int character) {
    return character == '/' || character == '\\' || character == ':' || character < ' ';
  }

  private void checkOwnTensors(
      String shard, SafetensorsFile file, SequencedMap<String, String> shardByTensor) {
    List<String> unexpected =
        file.tensors().keySet().stream()
            .filter(tensor -> !shard.equals(shardByTensor.get(tensor)))
            .toList();
    if (unexpected.isEmpty()) {
      return;
    }
    List<String> described =
        unexpected.stream()
            .limit(SHOWN_NAMES)
            .map(tensor -> quoted(tensor) + owner(shardByTensor, tensor))
            .toList();
    throw new FileFormatException(
        path,
        "shard %s holds %d tensors that weight_map does not place there: %s%s"
            .formatted(
                quoted(shard),
                unexpected.size(),
                String.join(", ", described),
                unexpected.size() > SHOWN_NAMES ? ", ..." : ""));
  }

  private static String owner(SequencedMap<String, String> shardByTensor, String tensor) {
    String owner = shardByTensor.get(tensor);
    return owner == null ? " (in no shard)" : " (in " + quoted(owner) + ")";
  }

  private FileFormatException missing(String tensor, String shard, Set<String> known) {
    return new FileFormatException(
        path,
        "weight_map places the tensor %s in shard %s, which does not hold it%s"
            .formatted(quoted(tensor), quoted(shard), Suggestions.hint(tensor, known)));
  }
}
