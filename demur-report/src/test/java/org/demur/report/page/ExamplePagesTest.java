package org.demur.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.demur.report.AuditReportJson;
import org.demur.report.ComparisonReportJson;
import org.demur.report.ExampleComparison;
import org.demur.report.ExampleReport;
import org.junit.jupiter.api.Test;

/// Writes example pages from made-up values, to be looked at.
final class ExamplePagesTest {
  private static final Path FOLDER = Path.of("target", "example-report");

  @Test
  void anExampleReportIsWrittenToBeLookedAt() throws Exception {
    Path page = FOLDER.resolve("report.html");
    HtmlReport.write(ExampleReport.refusing(), RenderOptions.DEFAULT, page);
    AuditReportJson.write(ExampleReport.refusing(), FOLDER.resolve("report.json"));
    assertThat(Files.size(page)).isLessThan(300_000);
  }

  @Test
  void anExampleComparisonIsWrittenToBeLookedAt() throws Exception {
    Path page = FOLDER.resolve("comparison.html");
    HtmlComparison.write(ExampleComparison.adapter(), page);
    ComparisonReportJson.write(ExampleComparison.adapter(), FOLDER.resolve("comparison.json"));
    assertThat(Files.size(page)).isLessThan(100_000);
  }
}
