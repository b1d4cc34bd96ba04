package org.demur.model.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.EightBit;
import org.demur.tensor.Tensor;
import org.demur.tensor.file.StorageType;

/// The weights of one model in files, under their Hugging Face names.
public interface WeightSource extends AutoCloseable {
  /// The file, or the folder of the files.
  Path path();

  /// Every tensor, with its shape.
  SequencedMap<String, List<Long>> shapes();

  /// How every tensor is stored.
  SequencedMap<String, StorageType> types();

  /// Reads one tensor, which belongs to the innermost open scope.
  Tensor load(String name, DType type, Device device);

  /// Reads a matrix in blocks of 8-bit numbers, which belongs to the innermost open scope: as it
  /// lies in the file where it is stored so, else rounded.
  ///
  /// @return `[out, in / 32 * 34]`
  default Tensor loadEightBit(String name) {
    return EightBit.of(load(name, DType.FLOAT32, Device.CPU));
  }

  /// Unmaps the files.
  @Override
  void close();
}
