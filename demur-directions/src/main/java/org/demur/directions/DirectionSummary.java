package org.demur.directions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a file of directions holds, in figures.
///
/// @param vectors each direction, in the order of the file
/// @param cosines cosine of the harmfulness and the refusal direction for each row; empty when one
///   is missing
/// @param categories how similar the directions of the categories are; empty with fewer than two
public record DirectionSummary(
    List<Figures> vectors, Optional<Cosines> cosines, Optional<Categories> categories) {
  private static final int TOP = 3;

  /// Figures of one direction.
  ///
  /// @param name its name
  /// @param shape `[dModel]` or `[row, dModel]`
  /// @param norms Euclidean length by row
  /// @param topShares share of the squared length in the three largest coordinates, in [0, 1], by
  ///   row
  public record Figures(
      String name, List<Long> shape, List<Double> norms, List<Double> topShares) {}

  /// Cosines of two directions.
  ///
  /// @param refusal which refusal direction
  /// @param byRow in [-1, 1]; NaN where one has length 0
  public record Cosines(String refusal, List<Double> byRow) {}

  /// Cosines between the directions of categories.
  ///
  /// @param row row of the residual stream
  /// @param names the categories
  /// @param matrix `[category, category]`, in [-1, 1]
  /// @param mean over all pairs of different categories
  public record Categories(int row, List<String> names, List<List<Double>> matrix, double mean) {}

  /// Computes the figures.
  ///
  /// @param row row at which categories are compared, see [ResidualRow]
  public static DirectionSummary of(StoredDirections stored, int row) {
    List<Figures> figures = new ArrayList<>();
    stored.file().vectors().forEach((name, vectors) -> figures.add(figures(name, vectors)));
    return new DirectionSummary(figures, cosines(stored), categories(stored, row));
  }

  private static Figures figures(String name, DirectionFile.Vectors vectors) {
    DirectionTable table = table(vectors.values(), Math.toIntExact(vectors.shape().getLast()));
    List<Double> norms = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      norms.add(table.norm(0, row));
      shares.add(table.topShare(0, row, TOP));
    }
    return new Figures(name, vectors.shape(), norms, shares);
  }

  private static DirectionTable table(float[] values, int dModel) {
    double[] exact = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      exact[i] = values[i];
    }
    return new DirectionTable(1, values.length / dModel, dModel, exact);
  }

  private static DirectionTable table(StoredDirections stored, String name) {
    return table(stored.perRow(name), stored.file().fingerprint().dModel());
  }

  private static Optional<Cosines> cosines(StoredDirections stored) {
    List<String> known = List.copyOf(stored.file().vectors().keySet());
    Optional<String> refusal =
        List.of(StoredDirections.LAST, StoredDirections.REFUSAL).stream()
            .filter(known::contains)
            .findFirst();
    if (refusal.isEmpty() || !known.contains(StoredDirections.HARMFULNESS)) {
      return Optional.empty();
    }
    DirectionTable first = table(stored, StoredDirections.HARMFULNESS);
    DirectionTable second = table(stored, refusal.get());
    List<Double> byRow = new ArrayList<>();
    for (int row = 0; row < first.rows(); row++) {
      byRow.add(first.cosine(0, row, second, 0));
    }
    return Optional.of(new Cosines(refusal.get(), byRow));
  }

  private static Optional<Categories> categories(StoredDirections stored, int row) {
    List<String> keys =
        stored.file().vectors().keySet().stream()
            .filter(name -> name.startsWith(StoredDirections.CATEGORY))
            .toList();
    if (keys.size() < 2) {
      return Optional.empty();
    }
    List<DirectionTable> tables = keys.stream().map(key -> table(stored, key)).toList();
    List<List<Double>> matrix = new ArrayList<>();
    double sum = 0;
    for (DirectionTable first : tables) {
      Double[] cosines =
          tables.stream().map(second -> first.cosine(0, row, second, 0)).toArray(Double[]::new);
      sum += Arrays.stream(cosines).mapToDouble(Double::doubleValue).sum();
      matrix.add(Arrays.asList(cosines));
    }
    int n = keys.size();
    List<String> names =
        keys.stream().map(key -> key.substring(StoredDirections.CATEGORY.length())).toList();
    return Optional.of(new Categories(row, names, matrix, (sum - n) / (n * (n - 1.0))));
  }
}
