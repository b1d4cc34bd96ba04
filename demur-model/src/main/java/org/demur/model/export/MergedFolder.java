package org.demur.model.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
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

/// Writes a model with an adapter added into its weights as a Hugging Face folder: `W + scale * B
/// A` for every linear map that the adapter changes.
///
/// Changed weights are written in single precision, the others as they are stored: a sum that is
/// rounded to 16 bits would no longer be the model that was measured. The files are those of the
/// base, one after the other, so that no more than one of them is in memory. `config.json` comes
/// last: a folder without it is not finished.
///
/// **Source**: LoRA (Hu et al. 2021), section 4.1.
public final class MergedFolder {
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
  /// @param changes of the adapter by module, see [org.demur.model.adapter.Adapters#factors]
  /// @throws ModelException when the base is no such folder
  public MergedFolder(Path base, Map<String, LowRank> changes) {
    if (!Files.isDirectory(base)) {
      throw new ModelException(
          ErrorCode.MODEL_WEIGHTS,
          base
              + " is no Hugging Face folder; only the weights of one can be merged with an adapter");
    }
    this.base = base;
    this.changes = Map.copyOf(changes);
  }

  /// Writes the folder.
  ///
  /// @param target must not exist or be empty
  /// @param progress is told of each tensor: its name, and how many are written
  /// @return how many tensors there are
  /// @throws ModelException when the adapter changes a map that the files do not hold as one
  ///   tensor, or the target holds something
  public int write(Path target, ObjIntConsumer<String> progress) {
    requireEmpty(target);
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

  private static void requireEmpty(Path target) {
    try {
      if (Files.exists(target)) {
        try (Stream<Path> inside = Files.list(target)) {
          if (inside.findAny().isPresent()) {
            throw new ModelException(
                ErrorCode.IO, target + " holds files already; name a new or an empty folder");
          }
        }
      }
    } catch (IOException e) {
      throw new ModelException(ErrorCode.IO, target + " is no folder that can be written to", e);
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
