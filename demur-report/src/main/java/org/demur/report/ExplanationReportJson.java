package org.demur.report;

import java.nio.file.Path;
import org.demur.core.AtomicFiles;
import org.demur.report.ExplanationReport.ExplainedState;

/// Writes and reads [ExplanationReport] as JSON (`explain.json`, described in `SCHEMA.md`), and its
/// states alone, as a journal keeps them.
///
/// Reading is as strict as that of [RobustnessReportJson].
public final class ExplanationReportJson {
  private ExplanationReportJson() {}

  /// The JSON text of a report, ending in a line feed.
  public static String write(ExplanationReport report) {
    return RecordJson.write(report);
  }

  /// Writes a report to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(ExplanationReport report, Path file) {
    AtomicFiles.writeText(file, write(report));
  }

  /// Reads a report from `file`.
  ///
  /// @throws ReportException when it cannot be read or is not such a report
  public static ExplanationReport read(Path file) {
    String source = file.toString();
    var root = RecordJson.parse(RecordJson.text(file), source);
    RecordReaderJson reader = new RecordReaderJson(source);
    reader.requireVersion(root, ExplanationReport.SCHEMA_VERSION);
    return reader.read(root, ExplanationReport.class);
  }

  /// The JSON text of one state.
  public static String writeState(ExplainedState state) {
    return RecordJson.write(state);
  }

  /// Reads one state.
  ///
  /// @param source file name for messages
  /// @throws ReportException when it is not a state
  public static ExplainedState readState(String json, String source) {
    return new RecordReaderJson(source).read(RecordJson.parse(json, source), ExplainedState.class);
  }
}
