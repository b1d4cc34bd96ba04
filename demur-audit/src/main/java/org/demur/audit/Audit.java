package org.demur.audit;

import org.demur.data.store.RowLog;
import org.demur.data.store.RunFolder;
import org.demur.model.Usage;
import org.demur.report.AuditReport;
import org.demur.report.AuditReportJson;
import org.demur.report.RunSection;
import org.demur.report.page.HtmlReport;
import org.demur.report.page.RenderOptions;

/// Runs an audit from the first prompt to the report.
///
/// Replies and scores of candidates are on disk as soon as they are known, and an interrupted run
/// that goes on does not repeat them; hidden states are computed again.
public final class Audit {
  /// What run folders of audits are marked with.
  public static final String KIND = "audit";

  private final AuditRequest request;
  private final RunFolder folder;
  private final AuditProgress progress;
  private final Stopwatch watch = new Stopwatch();

  /// Prepares an audit.
  ///
  /// @param folder where everything is written
  /// @param progress is told how far it has come
  public Audit(AuditRequest request, RunFolder folder, AuditProgress progress) {
    this.request = request;
    this.folder = folder;
    this.progress = progress;
  }

  /// Runs it and writes `report.json`, `report.html`, `results.parquet`, `guard.safetensors` and
  /// `directions.safetensors` with their sidecars.
  ///
  /// @throws AuditException for prompts that do not fit the model
  /// @throws org.demur.core.DemurException for data of one kind only, a full disk, and the like
  public AuditReport run() {
    AuditedModel subject = request.subject();
    Usage before = subject.model().usage();
    Cases cases = Cases.of(request.prompts(), subject, request.settings());
    boolean keepReplies = request.settings().keepReplies();
    try (RowLog log = RowLog.open(folder.file("journal.jsonl"))) {
      Replies replies = new Replies(subject, request.judge(), log, keepReplies);
      Measurements found = new Measuring(request, cases, replies, log, progress, watch).run();
      ReportBuilder builder = new ReportBuilder(request, cases, found);
      Usage usage = subject.model().usage().since(before);
      RunSection draft = builder.run(folder, usage, replies.generatedTokens(), watch);
      AuditReport sections = watch.time("statistics", () -> builder.build(draft));
      RunSection run = builder.run(folder, usage, replies.generatedTokens(), watch);
      AuditReport report = sections.with(run);
      new Artefacts(request, found).write(folder);
      AuditReportJson.write(report, folder.file("report.json"));
      HtmlReport.write(report, new RenderOptions(keepReplies), folder.file("report.html"));
      return report;
    }
  }
}
