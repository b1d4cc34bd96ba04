package org.demur.report;

import java.nio.file.Path;
import org.demur.core.AtomicFiles;
import tools.jackson.databind.JsonNode;

/// Writes and reads [FineTuneReport] as JSON (`report.json` of an attack by fine-tuning, described
/// in `SCHEMA.md`).
///
/// Reading is strict: a field that is missing or has another type, and a major version that is not
/// known, are errors that name the field. Fields that are not known are ignored, since a newer
/// minor version may have added them.
public final class FineTuneReportJson {
  private FineTuneReportJson() {}

  /// The JSON text of a report of a fine-tuning, ending in a line feed.
  public static String write(FineTuneReport report) {
    return RecordJson.write(report);
  }

  /// Writes a report of a fine-tuning to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(FineTuneReport report, Path file) {
    AtomicFiles.writeText(file, write(report));
  }

  /// Reads a report of a fine-tuning from `file`.
  ///
  /// @throws ReportException when it cannot be read or is not a report of a fine-tuning
  public static FineTuneReport read(Path file) {
    return read(RecordJson.text(file), file.toString());
  }

  /// Reads a report of a fine-tuning from JSON text.
  ///
  /// @param source file name for messages
  /// @throws ReportException when it is not a report of a fine-tuning
  public static FineTuneReport read(String json, String source) {
    JsonNode root = RecordJson.parse(json, source);
    RecordReaderJson reader = new RecordReaderJson(source);
    reader.requireVersion(root, FineTuneReport.SCHEMA_VERSION);
    return reader.read(root, FineTuneReport.class);
  }
}
