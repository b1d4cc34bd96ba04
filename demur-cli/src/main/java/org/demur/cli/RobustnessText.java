package org.demur.cli;

import java.util.Locale;
import org.demur.report.Measured;
import org.demur.report.RobustnessReport;

/// Prints what a model holds against, for people.
final class RobustnessText {
  private final RobustnessReport report;

  RobustnessText(RobustnessReport report) {
    this.report = report;
  }

  void print(Console console) {
    for (RobustnessReport.Arm arm : report.arms()) {
      console.line(arm.name());
      Table table =
          new Table(
              "attack",
              "success (ASR)",
              "refused",
              "harmless refused",
              "gibberish",
              "log-odds",
              "their log-odds",
              "cost");
      arm.attacks().forEach(attack -> table.row(row(attack)));
      table.print(console);
      console.line("");
    }
    report.verdict().forEach(console::line);
  }

  private static String[] row(RobustnessReport.Attack attack) {
    return new String[] {
      attack.name(),
      attack.success().percent(),
      attack.refused().percent(),
      attack.overRefused().percent(),
      attack.gated().percent(),
      number(attack.logOdds()),
      number(attack.harmlessLogOdds()),
      cost(attack.cost())
    };
  }

  private static String number(Measured value) {
    return value.isDefined() ? String.format(Locale.ROOT, "%.2f", value.value()) : "-";
  }

  private static String cost(RobustnessReport.Effort cost) {
    return cost.forwardPasses() == 0
        ? "-"
        : String.format(
            Locale.ROOT,
            "%dF %dB, %,d tokens, %.1f s",
            cost.forwardPasses(),
            cost.backwardPasses(),
            cost.tokens(),
            cost.seconds());
  }
}
