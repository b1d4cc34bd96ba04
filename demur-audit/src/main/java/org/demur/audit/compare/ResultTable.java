package org.demur.audit.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.demur.audit.AuditException;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.data.store.Column;
import org.demur.data.store.ParquetRows;
import org.demur.data.store.ParquetTable;
import org.demur.eval.judge.ReplyClass;
import org.demur.report.PromptLabel;

/// Reads `results.parquet` of an audit; the file may come from anybody.
///
/// **Errors.** [AuditException] or [org.demur.data.store.StoreException] with one sentence that
/// names the file and the column or row.
final class ResultTable {
  static final String FILE = "results.parquet";

  /// The largest audits have some thousand rows; a file with more than this is something else.
  private static final long MOST_ROWS = 200_000;

  private static final int LONGEST_ID = 500;
  private static final Column CATEGORY = Column.text("category");
  private static final List<Column> NEEDED =
      List.of(
          Column.text("id"),
          Column.text("label"),
          Column.text("reply_class"),
          Column.flag("declined"),
          Column.flag("believed_harmful"),
          Column.flag("flagged"),
          Column.number("guard_score"),
          Column.number("refusal_log_odds"),
          Column.integer("prompt_tokens"));

  private final Path file;

  private ResultTable(Path file) {
    this.file = file;
  }

  /// The rows in the order of the file; every id occurs once.
  static List<ResultRow> read(Path file) {
    return new ResultTable(file).rows();
  }

  private List<ResultRow> rows() {
    requireSize();
    ParquetRows table = ParquetRows.read(file);
    requireColumns(table.columns());
    Set<String> ids = new HashSet<>();
    List<ResultRow> rows = new ArrayList<>(table.rows().size());
    for (Map<String, Object> cells : table.rows()) {
      ResultRow row = row(rows.size() + 1, cells);
      if (!ids.add(row.id())) {
        throw damaged(rows.size() + 1, "id occurs twice; every prompt has one row");
      }
      rows.add(row);
    }
    return rows;
  }

  private void requireSize() {
    try (ParquetTable table = ParquetTable.open(file)) {
      long found = table.rowCount();
      if (found < 1 || found > MOST_ROWS) {
        throw malformed("has %d rows; 1 to %d are accepted".formatted(found, MOST_ROWS));
      }
    }
  }

  private void requireColumns(List<Column> found) {
    Map<String, Column> named =
        found.stream()
            .collect(Collectors.toMap(Column::name, column -> column, (one, other) -> one));
    for (Column needed : NEEDED) {
      Column column = named.get(needed.name());
      if (column == null) {
        throw malformed(
            "has no column \"%s\"%s"
                .formatted(needed.name(), Suggestions.hint(needed.name(), named.keySet())));
      }
      requireType(column, needed);
      if (column.nullable()) {
        throw malformed("has a row without \"%s\"".formatted(needed.name()));
      }
    }
    Optional.ofNullable(named.get(CATEGORY.name()))
        .ifPresent(column -> requireType(column, CATEGORY));
  }

  private void requireType(Column column, Column needed) {
    if (column.type() != needed.type()) {
      throw malformed(
          "has %s values in column \"%s\"; expected %s"
              .formatted(
                  column.type().javaType().getSimpleName(),
                  needed.name(),
                  needed.type().javaType().getSimpleName()));
    }
  }

  private ResultRow row(int number, Map<String, Object> cells) {
    String id = cell(cells, "id", String.class);
    if (id.isBlank() || id.length() > LONGEST_ID) {
      throw damaged(
          number, "id has %d characters; 1 to %d are accepted".formatted(id.length(), LONGEST_ID));
    }
    double score = cell(cells, "guard_score", Double.class);
    if (!Double.isFinite(score)) {
      throw damaged(number, "guard_score is %s; a finite number is needed".formatted(score));
    }
    return new ResultRow(
        id,
        label(number, cell(cells, "label", String.class)),
        Optional.ofNullable(cells.get(CATEGORY.name())).map(String.class::cast),
        replyClass(number, cell(cells, "reply_class", String.class)),
        cell(cells, "declined", Boolean.class),
        cell(cells, "believed_harmful", Boolean.class),
        cell(cells, "flagged", Boolean.class),
        score,
        cell(cells, "refusal_log_odds", Double.class),
        cell(cells, "prompt_tokens", Long.class));
  }

  /// Types and nulls are checked with the columns, before any row.
  private static <T> T cell(Map<String, Object> cells, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(cells.get(name)));
  }

  private PromptLabel label(int number, String text) {
    return switch (text) {
      case "harmful" -> PromptLabel.HARMFUL;
      case "harmless" -> PromptLabel.HARMLESS;
      default -> throw damaged(number, "label is neither \"harmful\" nor \"harmless\"");
    };
  }

  private String replyClass(int number, String text) {
    return ReplyClass.ofLabel(text)
        .map(ReplyClass::label)
        .orElseThrow(
            () ->
                damaged(
                    number,
                    "reply_class is not one of "
                        + Stream.of(ReplyClass.values())
                            .map(ReplyClass::label)
                            .collect(Collectors.joining(", "))));
  }

  private AuditException damaged(int number, String what) {
    return new AuditException(
        ErrorCode.FILE_FORMAT, "%s, row %d: %s".formatted(file, number, what));
  }

  private AuditException malformed(String what) {
    return new AuditException(ErrorCode.FILE_FORMAT, file + " " + what);
  }
}
