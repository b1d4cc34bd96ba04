package org.demur.model.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.TensorFile;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.tensor.safetensors.SafetensorsIndex;

/// Weights of a Hugging Face folder: `model.safetensors`, or shards with an index.
public final class SafetensorsWeights implements WeightSource {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final TensorFile file;

  private SafetensorsWeights(Path folder, TensorFile file) {
    this.folder = folder;
    this.file = file;
  }

  /// Maps the files of a folder.
  ///
  /// @throws ModelException with [ErrorCode#NOT_FOUND] when it has no safetensors file
  public static SafetensorsWeights open(Path folder) {
    if (Files.exists(folder.resolve(INDEX))) {
      return new SafetensorsWeights(folder, SafetensorsIndex.open(folder.resolve(INDEX)));
    }
    if (Files.exists(folder.resolve(SINGLE))) {
      return new SafetensorsWeights(folder, SafetensorsFile.open(folder.resolve(SINGLE)));
    }
    throw new ModelException(
        ErrorCode.NOT_FOUND,
        "%s has neither %s nor %s; weights in other formats are not read"
            .formatted(folder, SINGLE, INDEX));
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public SequencedMap<String, List<Long>> shapes() {
    SequencedMap<String, List<Long>> shapes = new LinkedHashMap<>();
    file.tensors().forEach((name, stored) -> shapes.put(name, stored.shape()));
    return shapes;
  }

  @Override
  public SequencedMap<String, StorageType> types() {
    SequencedMap<String, StorageType> types = new LinkedHashMap<>();
    file.tensors().forEach((name, stored) -> types.put(name, stored.type()));
    return types;
  }

  @Override
  public Tensor load(String name, DType type, Device device) {
    return Tensors.ofStored(file.tensor(name), type, device);
  }

  @Override
  public void close() {
    file.close();
  }
}
