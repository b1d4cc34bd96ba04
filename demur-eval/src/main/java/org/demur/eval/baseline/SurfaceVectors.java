package org.demur.eval.baseline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.demur.eval.linear.SparseRow;

/// Turns the features of a surface into numbers of comparable size, learnt from the train rows.
final class SurfaceVectors {
  private final Surface surface;
  private final Map<String, Integer> columns = new TreeMap<>();
  private final double[] shift;
  private final double[] scale;

  /// Learns columns and scales from the train rows only.
  SurfaceVectors(Surface surface, List<LabelledText> train) {
    this.surface = surface;
    List<Map<String, Double>> rows = train.stream().map(row -> surface.of(row.text())).toList();
    rows.forEach(row -> row.keySet().forEach(name -> columns.putIfAbsent(name, 0)));
    int next = 0;
    for (Map.Entry<String, Integer> column : columns.entrySet()) {
      column.setValue(next++);
    }
    shift = new double[next];
    scale = new double[next];
    columns.forEach((name, column) -> learn(column, values(rows, name)));
  }

  /// Number of columns.
  int columns() {
    return shift.length;
  }

  /// The row of a prompt; features that no train row has are left out.
  SparseRow row(String text) {
    Map<Integer, Double> entries = new HashMap<>();
    surface
        .of(text)
        .forEach(
            (name, value) -> {
              Integer column = columns.get(name);
              if (column != null) {
                entries.put(column, (value - shift[column]) * scale[column]);
              }
            });
    if (surface == Surface.BAG_OF_WORDS) {
      double norm = Math.sqrt(entries.values().stream().mapToDouble(value -> value * value).sum());
      entries.replaceAll((column, value) -> value / norm);
    }
    return SparseRow.of(entries);
  }

  private void learn(int column, List<Double> values) {
    switch (surface) {
      case BAG_OF_WORDS -> {
        double with = values.stream().filter(value -> value > 0).count();
        scale[column] = Math.log((1 + values.size()) / (1 + with)) + 1;
      }
      case LENGTH -> {
        double mean = values.stream().mapToDouble(value -> value).average().orElseThrow();
        double variance =
            values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        shift[column] = mean;
        scale[column] = variance > 0 ? 1 / Math.sqrt(variance) : 0;
      }
      case LAST_WORD -> scale[column] = 1;
    }
  }

  private static List<Double> values(List<Map<String, Double>> rows, String name) {
    List<Double> values = new ArrayList<>(rows.size());
    rows.forEach(row -> values.add(row.getOrDefault(name, 0.0)));
    return values;
  }
}
