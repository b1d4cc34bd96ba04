package org.demur.audit.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.demur.audit.Audit;
import org.demur.audit.AuditException;
import org.demur.core.ErrorCode;
import org.demur.data.store.RunFolder;
import org.demur.report.AuditReport;
import org.demur.report.AuditReportJson;
import org.demur.report.ComparisonReport.Side;
import org.demur.report.Provenance;
import org.demur.report.RunSection;

/// A finished audit that is read back to be compared.
///
/// @param folder its folder, absolute
/// @param report what it reported
/// @param rows its test prompts in the order of the run
record ComparedRun(Path folder, AuditReport report, List<ResultRow> rows) {
  static final String REPORT = "report.json";

  /// Keeps its own list.
  ComparedRun {
    rows = List.copyOf(rows);
  }

  /// Opens a run by its folder or by the report in it.
  ///
  /// @throws AuditException when the audit did not finish, or a file that is no report is given
  /// @throws org.demur.core.DemurException when it is no run folder, of another kind, or damaged
  static ComparedRun open(Path run) {
    RunFolder folder = RunFolder.open(folderOf(run), Audit.KIND);
    AuditReport report = AuditReportJson.read(finished(folder, REPORT));
    return new ComparedRun(
        folder.path(), report, ResultTable.read(finished(folder, ResultTable.FILE)));
  }

  /// The folder that a user means: itself, or the one around its `report.json`.
  static Path folderOf(Path run) {
    Path path = run.toAbsolutePath().normalize();
    if (!Files.isRegularFile(path)) {
      return path;
    }
    Path parent = path.getParent();
    if (parent == null || !path.endsWith(REPORT)) {
      throw new AuditException(
          ErrorCode.FILE_FORMAT,
          "%s is a file; the folder of an audit or its %s is needed".formatted(run, REPORT));
    }
    return parent;
  }

  private static Path finished(RunFolder folder, String name) {
    Path file = folder.file(name);
    if (!Files.isRegularFile(file)) {
      throw new AuditException(
          ErrorCode.FILE_FORMAT,
          ("%s has no %s: the audit did not finish, or the file was removed; `demur audit"
                  + " --resume` goes on with an interrupted one")
              .formatted(folder.path(), name));
    }
    return file;
  }

  RunSection run() {
    return report.run();
  }

  Provenance provenance() {
    return report.run().provenance();
  }

  /// How the comparison names it.
  Side side() {
    return new Side(
        run().id(),
        run().created(),
        provenance().model().name(),
        provenance().adapter().map(Provenance.Artefact::name),
        run().profile(),
        run().seed(),
        rows.size());
  }

  /// Names of its prompt sets.
  String data() {
    return String.join(
        " and ", provenance().dataSets().stream().map(Provenance.DataSet::name).toList());
  }
}
