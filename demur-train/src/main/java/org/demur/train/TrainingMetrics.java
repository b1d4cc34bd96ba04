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
  private static final List<Column> COLUMNS = columns();

  private final RowLog log;

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.integer("step"));
    columns.add(Column.number("loss"));
    for (LossTerm term : LossTerm.values()) {
      columns.add(Column.number(name(term)).optional());
    }
    columns.add(Column.number("learning_rate"));
    columns.add(Column.number("gradient_norm"));
    columns.add(Column.integer("ablated_rows"));
    columns.add(Column.number("mean_change"));
    columns.add(Column.integer("forward_passes"));
    columns.add(Column.integer("backward_passes"));
    columns.add(Column.integer("forward_rows").optional());
    columns.add(Column.integer("backward_rows").optional());
    columns.add(Column.integer("tokens"));
    columns.add(Column.integer("refresh_tokens"));
    columns.add(Column.number("seconds"));
    columns.add(Column.number("refresh_seconds"));
    return List.copyOf(columns);
  }

  private static String name(LossTerm term) {
    return term.label() + "_loss";
  }

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
    report.loss().terms().forEach((term, value) -> putFinite(row, name(term), value));
    row.put("learning_rate", report.learningRate());
    row.put("gradient_norm", report.gradientNorm());
    row.put("ablated_rows", (long) report.ablatedRows());
    row.put("mean_change", report.meanChange());
    row.put("forward_passes", report.usage().forwardPasses());
    row.put("backward_passes", report.usage().backwardPasses());
    row.put("forward_rows", report.usage().forwardRows());
    row.put("backward_rows", report.usage().backwardRows());
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
