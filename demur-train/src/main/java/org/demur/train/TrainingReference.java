package org.demur.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;
import org.demur.model.intervention.LayerVectors;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsFile;

/// A file of reference training steps in the format `demur-training-golden-1`.
///
/// Batches are `[step, row, position]`, padded on the left; padding is dropped here.
final class TrainingReference implements AutoCloseable {
  /// The label of a token that is not learnt.
  private static final long NOT_LEARNT = -100;

  private final SafetensorsFile file;
  private final int steps;
  private final int rows;
  private final int width;

  private TrainingReference(SafetensorsFile file) {
    this.file = file;
    List<Long> shape = integers("input_ids").shape();
    if (shape.size() != 3
        || !shape.equals(integers("attention_mask").shape())
        || !shape.equals(integers("labels").shape())) {
      throw broken("input_ids, attention_mask and labels must all be [step, row, position]");
    }
    steps = Math.toIntExact(shape.get(0));
    rows = Math.toIntExact(shape.get(1));
    width = Math.toIntExact(shape.get(2));
  }

  static TrainingReference open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      String format = file.metadata().getOrDefault("format", "missing");
      if (!format.equals("demur-training-golden-1")) {
        throw new TrainException(
            ErrorCode.FILE_FORMAT,
            "%s: metadata field format is \"%s\", but \"demur-training-golden-1\" is needed"
                .formatted(path, format));
      }
      return new TrainingReference(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private TrainException broken(String problem) {
    return new TrainException(ErrorCode.FILE_FORMAT, file.path() + ": " + problem);
  }

  private StoredTensor integers(String key) {
    StoredTensor stored = file.tensor(key);
    if (stored.type() != StorageType.I64) {
      throw broken(key + " is " + stored.type() + ", but I64 is needed");
    }
    return stored;
  }

  int steps() {
    return steps;
  }

  boolean has(String run) {
    return file.tensors().containsKey(run + ".loss");
  }

  /// Numbers of a key, which must be as many.
  float[] floats(String key, long count) {
    StoredTensor stored = file.tensor(key);
    if (stored.elementCount() != count) {
      throw broken(
          "%s has shape %s, but %d numbers are needed".formatted(key, stored.shape(), count));
    }
    try (Scope scope = Scope.open()) {
      return Tensors.ofStored(stored, DType.FLOAT32, Device.CPU).toFloats();
    }
  }

  /// The factors after the last step of a run, by their names in a PEFT file.
  Map<String, float[]> finals(String run) {
    String prefix = run + ".final.";
    Map<String, float[]> finals = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (key, stored) -> {
              if (key.startsWith(prefix)) {
                finals.put(key.substring(prefix.length()), floats(key, stored.elementCount()));
              }
            });
    return finals;
  }

  /// The directions that the second run ablates.
  LayerDirections directions(int nLayers, int dModel) {
    float[] values = floats("directions", (long) nLayers * dModel);
    LayerVectors vectors = LayerVectors.perLayer(dModel, values);
    return new LayerDirections(vectors, LayerVectors.perLayer(dModel, new float[values.length]));
  }

  /// Which rows of a step are ablated.
  List<Boolean> ablated(int step) {
    float[] mask = floats("mask", (long) steps * rows);
    List<Boolean> ablated = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      ablated.add(mask[step * rows + row] != 0);
    }
    return ablated;
  }

  /// The batch of a step.
  List<TrainingRow> batch(int step) {
    long[] ids = Tensors.storedLongs(integers("input_ids"));
    long[] mask = Tensors.storedLongs(integers("attention_mask"));
    long[] labels = Tensors.storedLongs(integers("labels"));
    List<TrainingRow> batch = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int start = (step * rows + row) * width;
      int end = start + width;
      int first = start;
      while (first < end && mask[first] == 0) {
        first++;
      }
      String where = "step " + step + ", row " + row;
      if (first == end || Arrays.stream(mask, first, end).anyMatch(value -> value != 1)) {
        throw broken(where + " is not padded on the left only");
      }
      batch.add(
          row(
              Arrays.stream(ids, first, end).mapToInt(Math::toIntExact).toArray(),
              Arrays.copyOfRange(labels, first, end),
              where));
    }
    return batch;
  }

  private TrainingRow row(int[] ids, long[] labels, String where) {
    boolean[] learnt = new boolean[ids.length];
    int prompt = ids.length;
    for (int i = ids.length - 1; i >= 0; i--) {
      learnt[i] = labels[i] != NOT_LEARNT;
      if (learnt[i] && labels[i] != ids[i]) {
        throw broken(
            where + ": a label is neither -100 nor the token itself, which Demur does not train");
      }
      prompt = learnt[i] ? i : prompt;
    }
    if (prompt == 0) {
      throw broken(where + " learns its first token, which nothing but padding comes before");
    }
    return new TrainingRow(new Prompt(ids, prompt, -1), learnt, Side.UTILITY);
  }

  @Override
  public void close() {
    file.close();
  }
}
