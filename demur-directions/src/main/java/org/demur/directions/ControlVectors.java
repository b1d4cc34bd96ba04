package org.demur.directions;

import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.demur.core.ErrorCode;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.gguf.GgufFile;
import org.demur.tensor.gguf.GgufValueType;
import org.demur.tensor.gguf.GgufWriter;

/// Reads and writes control vectors in GGUF, as llama.cpp takes them with `--control-vector`.
///
/// There `direction.{i}` is added to the output of block i, and i = 0 is not allowed. The vector
/// that enters block l (row l of a [DirectionTable]) is therefore written as `direction.{l - 1}`;
/// rows 0 and 1 have no place in the format.
public final class ControlVectors {
  private static final Pattern NAME = Pattern.compile("direction\\.(\\d{1,4})");

  /// First row that the format can hold.
  public static final int FIRST_ROW = 2;

  private ControlVectors() {}

  /// Writes the vectors of rows 2 to nLayers.
  ///
  /// @param architecture llama.cpp's name of the model's family, a hint only
  /// @param rows vectors by row, `[dModel]` each; rows below 2 are left out
  /// @return the number of vectors that were written
  /// @throws DirectionException with [ErrorCode#TENSOR_SHAPE] when no row can be written
  public static int write(Path target, String architecture, SequencedMap<Integer, float[]> rows) {
    GgufWriter writer =
        new GgufWriter(target)
            .string("general.architecture", "controlvector")
            .string("controlvector.model_hint", architecture);
    int written = 0;
    for (var entry : rows.entrySet()) {
      if (entry.getKey() >= FIRST_ROW) {
        float[] vector = entry.getValue();
        writer.tensor(
            "direction." + (entry.getKey() - 1), List.of((long) vector.length), vector.clone());
        written++;
      }
    }
    if (written == 0) {
      throw new DirectionException(
          ErrorCode.TENSOR_SHAPE,
          "a control vector acts after block 1 at the earliest, so a direction of layer %s has no"
                  .formatted(rows.keySet())
              + " place in it; take one of layer 2 or later");
    }
    writer.integer("controlvector.layer_count", GgufValueType.UINT32, written).write();
    return written;
  }

  /// Reads a control vector: vectors by row, `[dModel]` each.
  ///
  /// @throws DirectionException with [ErrorCode#FILE_FORMAT] when it is none
  public static SequencedMap<Integer, float[]> read(Path file) {
    SequencedMap<Integer, float[]> rows = new TreeMap<>();
    try (GgufFile gguf = GgufFile.open(file)) {
      String kind = gguf.metadata().string("general.architecture").orElse("none");
      if (!kind.equals("controlvector")) {
        throw wrong(file, "general.architecture is \"" + kind + "\"");
      }
      for (StoredTensor stored : gguf.tensors().sequencedValues()) {
        Matcher name = NAME.matcher(stored.name());
        if (!name.matches() || stored.shape().size() != 1 || name.group(1).equals("0")) {
          throw wrong(file, "tensor %s has shape %s".formatted(stored.name(), stored.shape()));
        }
        try (Scope scope = Scope.open()) {
          rows.put(
              Integer.parseInt(name.group(1)) + 1,
              Tensors.ofStored(stored, DType.FLOAT32, Device.CPU).toFloats());
        }
      }
    }
    if (rows.isEmpty() || rows.values().stream().mapToInt(v -> v.length).distinct().count() > 1) {
      throw wrong(file, "it holds " + rows.size() + " vectors, of different lengths or none");
    }
    return rows;
  }

  private static DirectionException wrong(Path file, String what) {
    return new DirectionException(
        ErrorCode.FILE_FORMAT,
        "%s is no control vector: %s; expected are tensors direction.{i} of one axis with i >= 1"
            .formatted(file, what));
  }
}
