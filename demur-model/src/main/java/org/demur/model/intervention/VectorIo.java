package org.demur.model.intervention;

import java.nio.file.Path;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsFile;

/// Reads vectors for interventions from safetensors files.
public final class VectorIo {
  private static final long MAX_NUMBERS = 1 << 26;

  private VectorIo() {}

  /// Reads a vector `[width]`, or one per layer `[layer, width]`.
  ///
  /// @param file a safetensors file
  /// @param key name of the tensor; may be left out when the file has only one
  /// @throws ModelException with [ErrorCode#PLAN] when the tensor is no vector or no key is given
  ///   for a file of several
  public static LayerVectors read(Path file, Optional<String> key) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      if (key.isEmpty() && tensors.tensors().size() != 1) {
        throw new ModelException(
            ErrorCode.PLAN,
            "%s holds %d tensors; say which one after a colon: %s"
                .formatted(file, tensors.tensors().size(), String.join(", ", names(tensors))));
      }
      String name = key.orElseGet(() -> tensors.tensors().firstEntry().getKey());
      StoredTensor stored = tensors.tensor(name);
      int rank = stored.shape().size();
      if (rank < 1 || rank > 2 || stored.elementCount() > MAX_NUMBERS) {
        throw new ModelException(
            ErrorCode.PLAN,
            "%s: %s has shape %s, but [dModel] or [layer, dModel] is needed"
                .formatted(file, name, stored.shape()));
      }
      try (Scope scope = Scope.open()) {
        float[] values = Tensors.ofStored(stored, DType.FLOAT32, Device.CPU).toFloats();
        return LayerVectors.perLayer(Math.toIntExact(stored.shape().getLast()), values);
      }
    }
  }

  private static java.util.List<String> names(SafetensorsFile tensors) {
    return tensors.tensors().keySet().stream().limit(12).toList();
  }
}
