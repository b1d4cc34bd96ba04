package org.demur.directions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.demur.core.ErrorCode;

/// Directions of a file by what their names mean.
///
/// | name | shape | meaning |
/// |---|---|---|
/// | `harmfulness` | `[row, dModel]` | difference in means at t_inst |
/// | `harmfulness.NAME` | `[row, dModel]` | the same for one category, see [Extraction] |
/// | `refusal.post.-K` | `[row, dModel]` | difference in means at the K-th token from the end |
/// | `refusal` | `[dModel]` | the selected refusal direction; position and layer are facts |
///
/// @param path where they come from, for errors
/// @param file what is in it
public record StoredDirections(Path path, DirectionFile file) {
  /// Name of the harmfulness direction.
  public static final String HARMFULNESS = "harmfulness";

  /// Before the name of a category.
  public static final String CATEGORY = HARMFULNESS + ".";

  /// Name of the selected refusal direction.
  public static final String REFUSAL = "refusal";

  /// Before the place of a post-instruction token, counted from the end.
  public static final String POST = REFUSAL + ".post.";

  /// Name of the difference in means at the last token.
  public static final String LAST = POST + "-1";

  private static final List<String> LAYER_FACTS = List.of("layer", "refusalLayer");

  /// Reads a file and the one beside it.
  ///
  /// @throws DirectionException see [DirectionFileJson#read]
  public static StoredDirections read(Path path) {
    return new StoredDirections(path, DirectionFileJson.read(path));
  }

  /// The same, for a model in use.
  ///
  /// @throws DirectionException with [ErrorCode#MODEL_CONFIG] when they are of another model,
  ///   adapter or template
  public static StoredDirections read(Path path, ModelFingerprint model) {
    StoredDirections stored = read(path);
    stored.file.fingerprint().requireFits(model, path);
    return stored;
  }

  /// The candidates for a refusal direction: all `refusal.post.-K` in one table, first token first.
  ///
  /// @throws DirectionException with [ErrorCode#NOT_FOUND] when one of -nPost to -1 is missing
  public DirectionTable candidates() {
    int nPost = 0;
    while (file.vectors().containsKey(POST + -(nPost + 1))) {
      nPost++;
    }
    if (nPost == 0) {
      throw new DirectionException(
          ErrorCode.NOT_FOUND,
          "%s has no candidates for a refusal direction, which are named %s, %s-2 and so on; make"
                  .formatted(path, LAST, POST)
              + " them with directions extract");
    }
    int rows = file.fingerprint().nLayers() + 1;
    int dModel = file.fingerprint().dModel();
    double[] values = new double[nPost * rows * dModel];
    for (int spot = 0; spot < nPost; spot++) {
      float[] vectors = perRow(POST + (spot - nPost));
      for (int i = 0; i < vectors.length; i++) {
        values[spot * vectors.length + i] = vectors[i];
      }
    }
    return new DirectionTable(nPost, rows, dModel, values);
  }

  /// The vectors of all rows, `[row, dModel]`; a single vector is that of every row.
  ///
  /// @throws DirectionException with [ErrorCode#NOT_FOUND] for an unknown name, with
  ///   [ErrorCode#TENSOR_SHAPE] when there are vectors of another number of rows
  public float[] perRow(String name) {
    DirectionFile.Vectors vectors = file.require(name);
    int rows = file.fingerprint().nLayers() + 1;
    int dModel = file.fingerprint().dModel();
    if (isSingle(name)) {
      float[] repeated = new float[rows * dModel];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(vectors.values(), 0, repeated, row * dModel, dModel);
      }
      return repeated;
    }
    if (vectors.shape().getFirst() != rows) {
      throw new DirectionException(
          ErrorCode.TENSOR_SHAPE,
          "%s: %s has shape %s, but [nLayers + 1, dModel] = [%d, %d] is needed"
              .formatted(path, name, vectors.shape(), rows, dModel));
    }
    return vectors.values();
  }

  /// Whether there is one vector for all rows under a name.
  ///
  /// @throws DirectionException with [ErrorCode#NOT_FOUND] for an unknown name
  public boolean isSingle(String name) {
    return file.require(name).shape().size() == 1;
  }

  /// The layer of the selected refusal direction, when the facts tell.
  public OptionalInt layer() {
    for (String fact : LAYER_FACTS) {
      if (file.facts().get(fact) instanceof Number layer) {
        return OptionalInt.of(layer.intValue());
      }
    }
    return OptionalInt.empty();
  }

  /// Vectors by row for a control vector: those of the given rows that are not zero.
  ///
  /// @param name a single vector or one per row
  /// @param wanted rows, see [ResidualRow]; when empty all of them, or for a single vector the
  ///   layer that it was selected at
  /// @throws DirectionException with [ErrorCode#USAGE] for a row that the model does not have, and
  ///   when it is not known where a single vector belongs
  public SequencedMap<Integer, float[]> rows(String name, List<Integer> wanted) {
    int dModel = file.fingerprint().dModel();
    float[] all = perRow(name);
    int count = all.length / dModel;
    SequencedMap<Integer, float[]> rows = new TreeMap<>();
    for (int row : wanted.isEmpty() ? usualRows(name, count) : wanted) {
      if (row < 0 || row >= count) {
        throw new DirectionException(
            ErrorCode.USAGE,
            "layer %d was asked for, but %s has rows 0 to %d".formatted(row, path, count - 1));
      }
      float[] vector = Arrays.copyOfRange(all, row * dModel, (row + 1) * dModel);
      if (!isZero(vector)) {
        rows.put(row, vector);
      }
    }
    return rows;
  }

  private List<Integer> usualRows(String name, int count) {
    if (!isSingle(name)) {
      List<Integer> every = new ArrayList<>();
      for (int row = 0; row < count; row++) {
        every.add(row);
      }
      return every;
    }
    return List.of(
        layer()
            .orElseThrow(
                () ->
                    new DirectionException(
                        ErrorCode.USAGE,
                        "%s: %s is one vector and nothing says at which layer it acts; name the"
                                .formatted(path, name)
                            + " layers")));
  }

  static boolean isZero(float... vector) {
    for (float value : vector) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /// Vectors that were read from a control vector, as one table over rows 0 to `nLayers`; rows that
  /// it does not have are zero.
  ///
  /// @throws DirectionException with [ErrorCode#TENSOR_SHAPE] when it does not fit
  public static SequencedMap<String, DirectionFile.Vectors> ofControlVector(
      SequencedMap<Integer, float[]> rows, ModelFingerprint model, Path path) {
    float[] all = new float[(model.nLayers() + 1) * model.dModel()];
    rows.forEach(
        (row, vector) -> {
          if (row > model.nLayers() || vector.length != model.dModel()) {
            throw new DirectionException(
                ErrorCode.TENSOR_SHAPE,
                "%s has a vector of %d numbers after block %d, but the model has %d blocks of width"
                        .formatted(path, vector.length, row - 1, model.nLayers())
                    + " "
                    + model.dModel());
          }
          System.arraycopy(vector, 0, all, row * model.dModel(), vector.length);
        });
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    vectors.put("direction", DirectionFile.Vectors.perRow(model.nLayers() + 1, all));
    return vectors;
  }
}
