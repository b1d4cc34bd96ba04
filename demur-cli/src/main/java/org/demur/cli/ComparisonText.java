package org.demur.cli;

import java.util.List;
import java.util.Locale;
import org.demur.report.ComparisonReport;
import org.demur.report.ComparisonReport.ChangedPrompt;
import org.demur.report.ComparisonReport.PairedRate;
import org.demur.report.ComparisonReport.Side;
import org.demur.report.Measured;
import org.demur.report.Rate;
import org.demur.report.markup.Numbers;

/// A comparison for a terminal: the rates, the first changed prompts, and what limits them.
final class ComparisonText {
  private static final int SHOWN_PROMPTS = 10;
  private static final double POINTS = 100;
  private static final String NOTHING = "-";

  private final ComparisonReport report;

  ComparisonText(ComparisonReport report) {
    this.report = report;
  }

  void print(Console console) {
    console.line("A  " + side(report.first()));
    console.line("B  " + side(report.second()));
    console.line("");
    rates(console);
    console.line("");
    changed(console);
    if (!report.notes().isEmpty()) {
      console.line("");
      console.line("Read with care:");
      report.notes().forEach(note -> console.line("- " + printable(note)));
    }
  }

  private static String side(Side side) {
    String model = side.model() + side.adapter().map(adapter -> " + " + adapter).orElse("");
    return printable(
        "%s: %s, %s profile, seed %d, %d prompts"
            .formatted(side.run(), model, side.profile(), side.seed(), side.prompts()));
  }

  private void rates(Console console) {
    Table table = new Table("rate", "a", "b", "difference (b - a)", "mcnemar");
    for (PairedRate rate : report.rates()) {
      table.row(
          rate.name(),
          rate(rate.first()),
          rate(rate.second()),
          difference(rate.difference(), POINTS, " points"),
          printable(Numbers.pValue(rate.mcNemar().pValue())));
    }
    table.row(
        "AUROC of the guard",
        area(report.guard().first()),
        area(report.guard().second()),
        difference(report.guard().difference(), 1, ""),
        NOTHING);
    table.print(console);
  }

  private static String rate(Rate rate) {
    String count = "%d of %d".formatted(rate.successes(), rate.n());
    return rate.isDefined() ? printable(count + ", " + Numbers.percent(rate.rate())) : count;
  }

  private static String area(Measured measured) {
    return measured.isDefined() ? Numbers.auroc(measured.value()) : NOTHING;
  }

  /// A signed difference with its interval.
  private static String difference(Measured difference, double scale, String unit) {
    if (!difference.isDefined()) {
      return "too few (n = %d)".formatted(difference.n());
    }
    int decimals = scale == 1 ? 3 : 1;
    return signed(difference.value() * scale, decimals)
        + unit
        + " (%s to %s)"
            .formatted(
                signed(difference.low() * scale, decimals),
                signed(difference.high() * scale, decimals));
  }

  private static String signed(double value, int decimals) {
    String text = Numbers.fixed(value, decimals);
    return value > 0 ? "+" + text : text;
  }

  private void changed(Console console) {
    List<ChangedPrompt> changed = report.changed();
    if (changed.isEmpty()) {
      console.line("No reply changed its class.");
      return;
    }
    console.line(
        "%d %s changed %s class%s"
            .formatted(
                changed.size(),
                changed.size() == 1 ? "reply" : "replies",
                changed.size() == 1 ? "its" : "their",
                changed.size() > SHOWN_PROMPTS ? ", the first " + SHOWN_PROMPTS + ":" : ":"));
    Table table = new Table("prompt", "label", "category", "a", "b");
    for (ChangedPrompt prompt : changed.stream().limit(SHOWN_PROMPTS).toList()) {
      table.row(
          printable(prompt.id()),
          prompt.label().name().toLowerCase(Locale.ROOT),
          printable(prompt.category().orElse(NOTHING)),
          printable(prompt.before()),
          printable(prompt.after()));
    }
    table.print(console);
  }

  /// Names come from files of anybody's and must not steer the terminal; thin spaces do not show on
  /// every one.
  private static String printable(String text) {
    return text.replace('\u202F', ' ').replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }
}
