package org.demur.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.data.store.Column;
import org.demur.data.store.ParquetRows;
import org.demur.data.store.RowLog;

/// Keeps what each step did in a journal, and as a Parquet file in the end.
///
/// Steps that are taken again after an interruption are kept once: they are the same.
public final class TrainingMetrics implements AutoCloseable {
  private static final List<Column> COLUMNS =
      List.of(
          Column.integer("step"),
          Column.number("loss"),
          Column.number("harmful_loss").optional(),
          Column.number("utility_loss").optional(),
          Column.number("learning_rate"),
          Column.number("gradient_norm"),
          Column.integer("ablated_rows"),
          Column.number("mean_change"),
          Column.integer("forward_passes"),
          Column.integer("backward_passes"),
          Column.integer("tokens"),
          Column.integer("refresh_tokens"),
          Column.number("seconds"),
          Column.number("refresh_seconds"));

  private final RowLog log;

  /// Opens the journal, with what earlier runs left in it.
  public TrainingMetrics(Path journal) {
    log = RowLog.open(journal);
  }

  /// Adds a step.
  public void add(StepReport report) {
    String id = "" + report.step();
    if (log.contains(id)) {
      return;
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("step", (long) report.step());
    row.put("loss", report.loss().total());
    putFinite(row, "harmful_loss", report.loss().harmful());
    putFinite(row, "utility_loss", report.loss().utility());
    row.put("learning_rate", report.learningRate());
    row.put("gradient_norm", report.gradientNorm());
    row.put("ablated_rows", (long) report.ablatedRows());
    row.put("mean_change", report.meanChange());
    row.put("forward_passes", report.usage().forwardPasses());
    row.put("backward_passes", report.usage().backwardPasses());
    row.put("tokens", report.usage().tokens());
    row.put("refresh_tokens", report.refreshUsage().tokens());
    row.put("seconds", report.seconds());
    row.put("refresh_seconds", report.refreshSeconds());
    log.append(id, row);
  }

  private static void putFinite(Map<String, Object> row, String name, double value) {
    if (Double.isFinite(value)) {
      row.put(name, value);
    }
  }

  /// The steps so far.
  public List<Map<String, Object>> rows() {
    return new ArrayList<>(log.rows());
  }

  /// Writes all steps, one row each.
  public void write(Path parquet) {
    ParquetRows.write(parquet, COLUMNS, rows());
  }

  @Override
  public void close() {
    log.close();
  }
}
