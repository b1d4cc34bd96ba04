package org.demur.model.export;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.ObjIntConsumer;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.LowRank;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.file.TensorFile;
import org.demur.tensor.safetensors.SafetensorsIndex;
import org.demur.tensor.safetensors.SafetensorsWriter;

/// Writes a Hugging Face folder with an adapter added into its weights.
///
/// The files are those of the base, one after the other, so that no more than one of them is in
/// memory. `config.json` comes last: a folder without it is not finished.
final class MergedFolder {
  private static final String CONFIGURATION = "config.json";
  private static final String WEIGHT = ".weight";

  /// What a model is beside its weights; `LICENSE` and `NOTICE` because they go with every copy.
  private static final List<String> BESIDE =
      List.of(
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "tokenizer.model",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja",
          "chat_template.json",
          "LICENSE",
          "LICENSE.txt",
          "NOTICE");

  private final Path base;
  private final Map<String, LowRank> changes;

  /// @param base folder of the model, with safetensors files
  MergedFolder(Path base, Map<String, LowRank> changes) {
    this.base = base;
    this.changes = Map.copyOf(changes);
  }

  /// Writes the folder.
  ///
  /// @param progress is told of each tensor: its name, and how many are written
  /// @return how many tensors there are
  /// @throws ModelException when the adapter changes a map that the files do not hold as one tensor
  int write(Path target, ObjIntConsumer<String> progress) {
    try (TensorFile file = SafetensorsIndex.open(base)) {
      requireAll(file);
      Map<Path, List<StoredTensor>> parts = new LinkedHashMap<>();
      for (StoredTensor tensor : file.tensors().values()) {
        parts.computeIfAbsent(tensor.file(), path -> new ArrayList<>()).add(tensor);
      }
      SequencedMap<String, String> places = new LinkedHashMap<>();
      parts.forEach(
          (path, tensors) -> {
            String name = String.valueOf(path.getFileName());
            part(target.resolve(name), tensors, places.size(), progress);
            tensors.forEach(tensor -> places.put(tensor.name(), name));
          });
      if (parts.size() > 1) {
        MergedFolderJson.writeIndex(target.resolve(SafetensorsIndex.INDEX_NAME), places);
      }
      copyBeside(target);
      MergedFolderJson.writeConfiguration(
          base.resolve(CONFIGURATION), target.resolve(CONFIGURATION));
      return places.size();
    }
  }

  private void requireAll(TensorFile file) {
    TreeSet<String> missing = new TreeSet<>(changes.keySet());
    missing.removeIf(module -> file.tensors().containsKey(module + WEIGHT));
    if (!missing.isEmpty()) {
      throw new ModelException(
          ErrorCode.ADAPTER,
          "%d of %d linear maps of the adapter are no tensors of %s, such as %s; it cannot be merged"
              .formatted(missing.size(), changes.size(), base, missing.first()));
    }
  }

  private void part(
      Path target, List<StoredTensor> tensors, int before, ObjIntConsumer<String> progress) {
    SafetensorsWriter writer = new SafetensorsWriter(target).metadata("format", "pt");
    int written = before;
    for (StoredTensor tensor : tensors) {
      add(writer, tensor);
      written++;
      progress.accept(tensor.name(), written);
    }
    writer.write();
  }

  private void add(SafetensorsWriter writer, StoredTensor tensor) {
    String name = tensor.name();
    LowRank change =
        name.endsWith(WEIGHT)
            ? changes.get(name.substring(0, name.length() - WEIGHT.length()))
            : null;
    if (change == null) {
      writer.add(name, tensor.type(), tensor.shape(), tensor.bytes());
      return;
    }
    try (Scope scope = Scope.open()) {
      float[] sum =
          Tensors.ofStored(tensor, DType.FLOAT32, change.b().device())
              .add(change.weightChange())
              .toFloats();
      writer.add(name, tensor.shape(), sum);
    }
  }

  private void copyBeside(Path target) {
    for (String name : BESIDE) {
      Path from = base.resolve(name);
      if (Files.isRegularFile(from)) {
        AtomicFiles.write(target.resolve(name), out -> Files.copy(from, out));
      }
    }
  }
}
