package org.demur.report;

import java.nio.file.Path;
import org.demur.core.AtomicFiles;
import tools.jackson.databind.JsonNode;

/// Writes and reads [RobustnessReport] as JSON (`report.json` of a hardening or an attack,
/// described in `SCHEMA.md`).
///
/// Reading is strict: a field that is missing or has another type, and a major version that is not
/// known, are errors that name the field. Fields that are not known are ignored, since a newer
/// minor version may have added them.
public final class RobustnessReportJson {
  private RobustnessReportJson() {}

  /// The JSON text of a robustness report, ending in a line feed.
  public static String write(RobustnessReport report) {
    return RecordJson.write(report);
  }

  /// Writes a robustness report to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(RobustnessReport report, Path file) {
    AtomicFiles.writeText(file, write(report));
  }

  /// Reads a robustness report from `file`.
  ///
  /// @throws ReportException when it cannot be read or is not a robustness report
  public static RobustnessReport read(Path file) {
    return read(RecordJson.text(file), file.toString());
  }

  /// Reads a robustness report from JSON text.
  ///
  /// @param source file name for messages
  /// @throws ReportException when it is not a robustness report
  public static RobustnessReport read(String json, String source) {
    JsonNode root = RecordJson.parse(json, source);
    RecordReaderJson reader = new RecordReaderJson(source);
    reader.requireVersion(root, RobustnessReport.SCHEMA_VERSION);
    return reader.read(root, RobustnessReport.class);
  }
}
