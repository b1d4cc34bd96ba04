package org.demur.audit.compare;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.audit.Audit;
import org.demur.data.store.Column;
import org.demur.data.store.ParquetRows;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.report.AuditReport;
import org.demur.report.AuditReportJson;

/// A run folder with made-up rows; nothing in it was measured.
///
/// There are as many harmful as harmless prompts. At first the model answers everything, the guard
/// scores are distinct and right except for the first prompt of each label.
final class ExampleRun {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("id"),
          Column.text("pair").optional(),
          Column.text("category").optional(),
          Column.text("label"),
          Column.text("reply_class"),
          Column.flag("declined"),
          Column.number("refusal_log_odds"),
          Column.number("guard_score"),
          Column.flag("believed_harmful"),
          Column.flag("flagged"),
          Column.integer("prompt_tokens"));

  private final Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
  private ExampleReport report = ExampleReport.PLAIN;

  /// A run over `perLabel` prompts of each label.
  ExampleRun(int perLabel) {
    for (int i = 0; i < perLabel; i++) {
      add(i, "harmful", i == 0 ? -0.5 : 1 + 0.01 * i);
      add(i, "harmless", i == 0 ? 0.5 : -1 - 0.01 * i);
    }
  }

  private void add(int number, String label, double guardScore) {
    String id = "fraud-%02d/%s".formatted(number, label);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", id);
    row.put("category", "fraud");
    row.put("label", label);
    row.put("reply_class", "compliance");
    row.put("declined", false);
    row.put("refusal_log_odds", -3.0 - 0.1 * number);
    row.put("guard_score", guardScore);
    row.put("believed_harmful", guardScore >= 0);
    row.put("flagged", guardScore >= 0);
    row.put("prompt_tokens", 30L + number);
    rows.put(id, row);
  }

  /// Id of a prompt.
  static String harmful(int number) {
    return "fraud-%02d/harmful".formatted(number);
  }

  /// Id of a prompt.
  static String harmless(int number) {
    return "fraud-%02d/harmless".formatted(number);
  }

  /// Changes a cell.
  ExampleRun with(String id, String column, Object value) {
    row(id).put(column, value);
    return this;
  }

  /// Makes the model refuse a prompt.
  ExampleRun refusing(String id) {
    return with(id, "reply_class", "refusal").with(id, "declined", true);
  }

  /// Takes a prompt away.
  ExampleRun without(String id) {
    row(id);
    rows.remove(id);
    return this;
  }

  /// Gives a prompt another id.
  ExampleRun renamed(String id, String other) {
    Map<String, Object> row = row(id);
    rows.remove(id);
    row.put("id", other);
    rows.put(other, row);
    return this;
  }

  /// What the report says.
  ExampleRun reporting(ExampleReport changed) {
    report = changed;
    return this;
  }

  private Map<String, Object> row(String id) {
    Map<String, Object> row = rows.get(id);
    if (row == null) {
      throw new IllegalArgumentException("no prompt " + id);
    }
    return row;
  }

  /// Writes it to the folder `name` below `parent`.
  Path in(Path parent, String name) {
    RunDescription description = new RunDescription(Audit.KIND, name, Map.of());
    RunFolder folder =
        RunFolder.createAt(
            parent.resolve(name), description, Instant.parse("2026-01-01T00:00:00Z"));
    writeRows(folder.file("results.parquet"), COLUMNS);
    AuditReport made = report.named(name);
    AuditReportJson.write(made, folder.file("report.json"));
    return folder.path();
  }

  /// Writes its rows with all columns but one.
  void writeWithout(String column, Path file) {
    rows.values().forEach(row -> row.remove(column));
    writeRows(file, COLUMNS.stream().filter(each -> !each.name().equals(column)).toList());
  }

  private void writeRows(Path file, List<Column> columns) {
    ParquetRows.write(file, columns, new ArrayList<>(rows.values()));
  }
}
