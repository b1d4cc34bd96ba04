package org.demur.report.page;

import org.demur.report.RobustnessReport;

/// What a model holds against, as a section of a model card.
public final class MarkdownRobustness {
  private MarkdownRobustness() {}

  /// A table of all states and attacks, with what it does not say; ends in a line feed.
  public static String section(RobustnessReport report) {
    StringBuilder text = new StringBuilder("## Results\n\n");
    report.verdict().forEach(line -> text.append("- ").append(line).append('\n'));
    text.append(
        """

        Shares with 95 % intervals. Success: a coherent reply that does not decline. Harmless: requests beside the
        harmful ones; Demur's are twins that look like them.

        | state | attack | success (ASR) | harmful refused | harmless refused |
        |---|---|---|---|---|
        """);
    for (RobustnessReport.Arm arm : report.arms()) {
      for (RobustnessReport.Attack attack : arm.attacks()) {
        text.append(
            "| %s | %s | %s | %s | %s |\n"
                .formatted(
                    arm.name(),
                    attack.name(),
                    attack.success().percent(),
                    attack.refused().percent(),
                    attack.overRefused().percent()));
      }
    }
    text.append('\n');
    report.limits().forEach(limit -> text.append("- ").append(limit).append('\n'));
    return text.toString();
  }
}
