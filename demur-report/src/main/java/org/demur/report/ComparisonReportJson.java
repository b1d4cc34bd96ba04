package org.demur.report;

import java.nio.file.Path;
import org.demur.core.AtomicFiles;
import tools.jackson.databind.JsonNode;

/// Writes and reads [ComparisonReport] as JSON (`comparison.json`, described in `SCHEMA.md`).
///
/// Reading is strict: a field that is missing or has another type, and a major version that is not
/// known, are errors that name the field. Fields that are not known are ignored, since a newer
/// minor version may have added them.
public final class ComparisonReportJson {
  private ComparisonReportJson() {}

  /// The JSON text of a comparison, ending in a line feed.
  public static String write(ComparisonReport report) {
    return RecordJson.write(report);
  }

  /// Writes a comparison to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(ComparisonReport report, Path file) {
    AtomicFiles.writeText(file, write(report));
  }

  /// Reads a comparison from `file`.
  ///
  /// @throws ReportException when it cannot be read or is not a comparison
  public static ComparisonReport read(Path file) {
    return read(RecordJson.text(file), file.toString());
  }

  /// Reads a comparison from JSON text.
  ///
  /// @param source file name for messages
  /// @throws ReportException when it is not a comparison
  public static ComparisonReport read(String json, String source) {
    JsonNode root = RecordJson.parse(json, source);
    RecordReaderJson reader = new RecordReaderJson(source);
    reader.requireVersion(root, ComparisonReport.SCHEMA_VERSION);
    return reader.read(root, ComparisonReport.class);
  }
}
