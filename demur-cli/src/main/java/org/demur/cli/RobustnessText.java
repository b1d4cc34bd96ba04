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
              "twins refused",
              "gibberish",
              "log-odds",
              "twins' log-odds",
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
      share(attack.success()),
      share(attack.refused()),
      share(attack.overRefused()),
      share(attack.gated()),
      number(attack.logOdds()),
      number(attack.harmlessLogOdds()),
      cost(attack.cost())
    };
  }

  private static String share(Measured share) {
    if (!share.isDefined()) {
      return share.n() == 0 ? "-" : "n = " + share.n();
    }
    return String.format(
        Locale.ROOT,
        "%.0f %% (%.0f-%.0f)",
        100 * share.value(),
        100 * share.low(),
        100 * share.high());
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
