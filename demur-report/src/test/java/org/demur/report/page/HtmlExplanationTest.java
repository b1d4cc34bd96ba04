package org.demur.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.demur.report.ExampleExplanation;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReportJson;
import org.demur.report.ReportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HtmlExplanationTest {
  @TempDir private Path folder;

  @Test
  void thePageShowsEveryAnalysisOfEveryStateAndEscapesWhatItIsGiven() throws Exception {
    Path page = Path.of("target", "example-report", "explain.html");
    HtmlExplanation.write(ExampleExplanation.two(), page);

    assertThat(Files.readString(page))
        .contains("A1:", "A2:", "A3:", "A4:", "A5:", "attacks move &lt;prompts&gt;")
        .contains("nothing to test", "too few (n = 2)", "steps of projected gradient descent 5")
        .contains("Too few prompts for principal components.")
        .doesNotContain("<prompts>", "NaN", "<script", "src=");
    assertThat(Files.size(page)).isLessThan(100_000);
  }

  @Test
  void aReportReadsBackAsItWasWritten() {
    ExplanationReport report = ExampleExplanation.two();
    Path file = folder.resolve("explain.json");
    ExplanationReportJson.write(report, file);
    assertThat(ExplanationReportJson.read(file)).isEqualTo(report);
    ExplainedState state = report.states().getFirst();
    assertThat(ExplanationReportJson.readState(ExplanationReportJson.writeState(state), "journal"))
        .isEqualTo(state);
  }

  @Test
  void aStateThatIsNoneNamesItsFile() {
    assertThatThrownBy(() -> ExplanationReportJson.readState("{\"key\": 3}", "explain.jsonl"))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("explain.jsonl: field key is the number 3");
  }
}
