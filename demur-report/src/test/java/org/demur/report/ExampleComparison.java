package org.demur.report;

import java.util.List;
import java.util.Optional;

/// A comparison with made-up values; nothing in it was measured.
public final class ExampleComparison {
  private ExampleComparison() {}

  /// A model without and with an adapter that makes it refuse.
  public static ComparisonReport adapter() {
    return new ComparisonReport(
        ComparisonReport.SCHEMA_VERSION,
        "2026-01-01T00:10:00Z",
        side("run-a", Optional.empty()),
        side("run-b", Optional.of("example-lora (test data)")),
        List.of(new ComparisonReport.Difference("adapter", "none", "example-lora (test data)")),
        List.of(
            pair("harmful prompts refused", 3, 53, 0, 50),
            pair("harmless prompts refused", 1, 15, 0, 14),
            new ComparisonReport.PairedRate(
                "knows harm and complies",
                ExampleReport.rate(52, 58),
                Rate.tooFew(2, 3),
                Measured.tooFew(3),
                new ComparisonReport.McNemarTable(1, 0, 1))),
        List.of(
            changed("fraud-01/harmful", PromptLabel.HARMFUL, "compliance", "refusal"),
            changed("privacy-04/harmful", PromptLabel.HARMFUL, "degenerate", "refusal"),
            changed("fraud-07/harmless", PromptLabel.HARMLESS, "compliance", "partial_refusal")),
        new ComparisonReport.GuardChange(
            new Measured(0.921, 0.87, 0.96, 128),
            new Measured(0.943, 0.899, 0.978, 128),
            new Measured(0.022, -0.004, 0.051, 128)),
        new ComparisonReport.FragilityPair(
            new FragilitySection(ExampleReport.fragility().rows().subList(0, 1), ""),
            ExampleReport.fragility()),
        List.of("This is test data: every value was made up and nothing was measured."));
  }

  private static ComparisonReport.Side side(String run, Optional<String> adapter) {
    return new ComparisonReport.Side(
        run, "2026-01-01T00:00:00Z", "example-135m", adapter, "standard", 7, 320);
  }

  private static ComparisonReport.PairedRate pair(
      String name, int before, int after, int onlyFirst, int onlySecond) {
    return new ComparisonReport.PairedRate(
        name,
        ExampleReport.rate(before, 64),
        ExampleReport.rate(after, 64),
        ExampleReport.measured((after - before) / 64.0, 0.1, 64),
        new ComparisonReport.McNemarTable(onlyFirst, onlySecond, 0.0002));
  }

  private static ComparisonReport.ChangedPrompt changed(
      String id, PromptLabel label, String before, String after) {
    String category = id.substring(0, id.indexOf('-'));
    return new ComparisonReport.ChangedPrompt(id, label, Optional.of(category), before, after);
  }
}
