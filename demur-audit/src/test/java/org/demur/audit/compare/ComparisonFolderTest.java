package org.demur.audit.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.demur.audit.AuditException;
import org.demur.core.DemurException;
import org.demur.data.store.RunFolder;
import org.demur.report.ComparisonReport;
import org.demur.report.ComparisonReportJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonFolderTest {
  @TempDir private Path home;

  @Test
  void aComparisonLiesBesideTheFirstRunAndNumbersKeepTwoApart() throws IOException {
    Path before = new ExampleRun(6).in(home, "before");
    ComparisonReport report = report(before);

    Path first = ComparisonFolder.writeBeside(before, report, 5);
    Path second = ComparisonFolder.writeBeside(before.resolve("report.json"), report, 5);

    assertThat(first).isEqualTo(home.resolve("comparisons/before-vs-after/comparison.html"));
    assertThat(second).isEqualTo(home.resolve("comparisons/before-vs-after-2/comparison.html"));
    assertThat(Files.readString(first)).contains("Demur comparison", "fraud-02/harmful");
    assertThat(ComparisonReportJson.read(first.resolveSibling("comparison.json")))
        .isEqualTo(report);
    assertThat(RunFolder.open(first.resolveSibling(""), ComparisonFolder.KIND).configuration())
        .containsEntry("first", "before")
        .containsEntry("second", "after")
        .containsEntry("seed", "5");
  }

  @Test
  void aFolderThatHoldsSomethingIsLeftAlone() throws IOException {
    ComparisonReport report = report(new ExampleRun(6).in(home, "before"));
    Path full = Files.createDirectory(home.resolve("full"));
    Path other = Files.writeString(full.resolve("comparison.json"), "mine");

    assertThatThrownBy(() -> ComparisonFolder.writeTo(full, report, 0))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("full is not empty, and a comparison overwrites nothing");
    assertThat(other).hasContent("mine");
  }

  @Test
  void anEmptyOrMissingFolderIsUsed() throws IOException {
    ComparisonReport report = report(new ExampleRun(6).in(home, "before"));
    Path empty = Files.createDirectory(home.resolve("empty"));

    assertThat(ComparisonFolder.writeTo(empty, report, 0)).exists();
    assertThat(ComparisonFolder.writeTo(home.resolve("a/b"), report, 0)).exists();
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path before = new ExampleRun(6).in(home, "before");
    ComparisonReport report = report(before);
    Path file = Files.writeString(home.resolve("comparisons"), "");

    assertThatThrownBy(() -> ComparisonFolder.writeBeside(before, report, 0))
        .isInstanceOf(AuditException.class)
        .hasMessageStartingWith("cannot write " + file);
    assertThatThrownBy(() -> ComparisonFolder.writeTo(file, report, 0))
        .isInstanceOf(DemurException.class)
        .hasMessageContaining("is a file, not a folder");
  }

  @Test
  void aRunIdCannotLeadOutOfTheFolder() {
    Path run = new ExampleRun(6).reporting(ExampleReport.PLAIN).in(home, "run");
    ComparisonReport report = RunComparison.of(run, run, 0);
    ComparisonReport.Side side = report.first();
    ComparisonReport.Side hostile =
        new ComparisonReport.Side(
            "../../" + "x".repeat(300),
            side.created(),
            side.model(),
            side.adapter(),
            side.profile(),
            side.seed(),
            side.prompts());

    Path page = ComparisonFolder.writeBeside(run, withFirst(report, hostile), 0);

    assertThat(page.getParent())
        .isEqualTo(home.resolve("comparisons/" + "x".repeat(80) + "-vs-run"));
  }

  private static ComparisonReport withFirst(ComparisonReport report, ComparisonReport.Side first) {
    return new ComparisonReport(
        report.schemaVersion(),
        report.created(),
        first,
        report.second(),
        report.differences(),
        report.rates(),
        report.changed(),
        report.guard(),
        report.fragility(),
        report.notes());
  }

  private ComparisonReport report(Path before) {
    Path after = new ExampleRun(6).refusing(ExampleRun.harmful(2)).in(home, "after");
    return RunComparison.of(before, after, 5);
  }
}
