package org.demur.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.demur.report.ComparisonReport;
import org.demur.report.ExampleComparison;
import org.demur.report.FragilitySection;
import org.demur.report.Measured;
import org.junit.jupiter.api.Test;

final class HtmlComparisonTest {
  private static final String PAGE = HtmlComparison.render(ExampleComparison.adapter());

  @Test
  void bothRunsAndWhatDiffersAreShown() {
    assertThat(PAGE)
        .contains("run-a", "run-b", "example-135m + example-lora (test data)", "What differs")
        .doesNotContain("<script", "http:", "https:", "NaN");
  }

  @Test
  void pairedRatesComeWithTheirDifferenceAndTest() {
    assertThat(PAGE)
        .contains("4.7\u202F%", "83\u202F%", "+78\u202Fpoints", "p &lt; 0.001")
        .contains("too few (n = 3)");
  }

  @Test
  void changedPromptsShowBothClasses() {
    assertThat(PAGE).contains("fraud-07/harmless", "compliance → partial refusal");
  }

  @Test
  void theGuardsAreCompared() {
    assertThat(PAGE).contains("0.92", "+0.02", "−0.004 to +0.05");
  }

  @Test
  void runsWithoutCommonPromptsSaySo() {
    ComparisonReport example = ExampleComparison.adapter();
    FragilitySection none = new FragilitySection(List.of(), "");
    ComparisonReport empty =
        new ComparisonReport(
            "1",
            example.created(),
            example.first(),
            example.second(),
            List.of(),
            List.of(),
            List.of(),
            new ComparisonReport.GuardChange(
                Measured.tooFew(0), Measured.tooFew(0), Measured.tooFew(0)),
            new ComparisonReport.FragilityPair(none, none),
            List.of());
    assertThat(HtmlComparison.render(empty))
        .contains("share no prompts", "No reply changed", "Not measured in both", "not measured")
        .doesNotContain("NaN");
  }
}
