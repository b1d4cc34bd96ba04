package org.demur.model.export;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.LowRank;
import org.demur.model.family.Families;
import org.demur.model.weights.GgufConfig;
import org.demur.model.weights.GgufWeights;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.gguf.GgufFile;
import org.demur.tensor.gguf.GgufWriter;

/// Writes a GGUF file with an adapter added into its weights; metadata, tokenizer and template stay
/// as they are.
///
/// Changed weights are written in single precision, and are in memory until the file is complete;
/// the others keep their bytes.
final class MergedGguf {
  private MergedGguf() {}

  /// Writes the file.
  ///
  /// @return how many tensors there are
  static int write(
      Path base, Map<String, LowRank> changes, Path target, ObjIntConsumer<String> progress) {
    try (GgufFile file = GgufFile.open(base)) {
      GgufWeights weights = new GgufWeights(file, Families.architecture(GgufConfig.fields(file)));
      Map<String, float[]> changed = new HashMap<>();
      changes.forEach(
          (module, change) -> {
            GgufWeights.Stored sum = sum(weights, module + ".weight", change);
            changed.put(sum.tensor(), sum.values());
          });
      if (changed.size() != changes.size()) {
        throw new ModelException(
            ErrorCode.ADAPTER,
            "%s holds several linear maps of the adapter in one tensor; it cannot be merged"
                .formatted(base));
      }
      GgufWriter writer = copying(file, target);
      int written = 0;
      for (StoredTensor tensor : file.tensors().values()) {
        float[] values = changed.get(tensor.name());
        if (values == null) {
          writer.tensor(tensor.name(), tensor.type(), tensor.shape(), tensor.bytes());
        } else {
          writer.tensor(tensor.name(), tensor.shape(), values);
        }
        written++;
        progress.accept(tensor.name(), written);
      }
      writer.write();
      return written;
    }
  }

  private static GgufWriter copying(GgufFile file, Path target) {
    try {
      return new GgufWriter(target).metadata(file.metadata());
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          ErrorCode.FILE_FORMAT,
          "%s cannot be copied: %s".formatted(file.path(), e.getMessage()),
          e);
    }
  }

  private static GgufWeights.Stored sum(GgufWeights weights, String name, LowRank change) {
    try (Scope scope = Scope.open()) {
      return weights.stored(
          name, weights.load(name, DType.FLOAT32, change.b().device()).add(change.weightChange()));
    }
  }
}
