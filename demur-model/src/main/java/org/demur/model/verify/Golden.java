package org.demur.model.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;
import org.demur.model.config.ModelException;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsFile;

/// A file of reference outputs in the format `demur-golden-1`.
///
/// Rows are padded on the left; padding is dropped here, so that only real tokens are compared.
final class Golden implements AutoCloseable {
  private final SafetensorsFile file;
  private final List<int[]> rows = new ArrayList<>();
  private final List<Integer> padding = new ArrayList<>();
  private final int width;

  private Golden(SafetensorsFile file) {
    this.file = file;
    StoredTensor ids = integers("input_ids");
    StoredTensor mask = integers("attention_mask");
    if (ids.shape().size() != 2 || !ids.shape().equals(mask.shape())) {
      throw broken("input_ids and attention_mask must both be [row, position]");
    }
    width = Math.toIntExact(ids.shape().get(1));
    long[] allIds = Tensors.storedLongs(ids);
    long[] allMask = Tensors.storedLongs(mask);
    for (int row = 0; row < ids.shape().getFirst(); row++) {
      int start = row * width;
      int pad = 0;
      while (pad < width && allMask[start + pad] == 0) {
        pad++;
      }
      if (pad == width) {
        throw broken("row " + row + " is all padding");
      }
      for (int position = pad; position < width; position++) {
        if (allMask[start + position] != 1) {
          throw broken("row " + row + " is not padded on the left only");
        }
      }
      padding.add(pad);
      rows.add(
          Arrays.stream(allIds, start + pad, start + width).mapToInt(Math::toIntExact).toArray());
    }
  }

  static Golden open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      String format = file.metadata().getOrDefault("format", "missing");
      if (!format.equals("demur-golden-1")) {
        throw new ModelException(
            ErrorCode.FILE_FORMAT,
            "%s: metadata field format is \"%s\", but \"demur-golden-1\" is needed"
                .formatted(path, format));
      }
      return new Golden(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private ModelException broken(String problem) {
    return new ModelException(ErrorCode.FILE_FORMAT, file.path() + ": " + problem);
  }

  private StoredTensor integers(String key) {
    StoredTensor stored = file.tensor(key);
    if (stored.type() != StorageType.I64) {
      throw broken(key + " is " + stored.type() + ", but I64 is needed");
    }
    return stored;
  }

  Set<String> keys() {
    return file.tensors().keySet();
  }

  boolean has(String key) {
    return file.tensors().containsKey(key);
  }

  List<Prompt> prompts() {
    return rows.stream().map(Prompt::of).toList();
  }

  int rowCount() {
    return rows.size();
  }

  /// Tokens of a padded row.
  int width() {
    return width;
  }

  int padding(int row) {
    return padding.get(row);
  }

  List<Long> shape(String key) {
    return file.tensor(key).shape();
  }

  float[] floats(String key) {
    try (Scope scope = Scope.open()) {
      return Tensors.ofStored(file.tensor(key), DType.FLOAT32, Device.CPU).toFloats();
    }
  }

  long[] longs(String key) {
    return Tensors.storedLongs(integers(key));
  }

  /// Values of the real tokens of one row of `[row, position, n]`.
  float[] rowOf(float[] all, int row) {
    int n = all.length / (rows.size() * width);
    int start = (row * width + padding.get(row)) * n;
    return Arrays.copyOfRange(all, start, (row + 1) * width * n);
  }

  @Override
  public void close() {
    file.close();
  }
}
