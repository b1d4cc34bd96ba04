package org.demur.cli;

import java.util.Locale;
import java.util.Map;
import org.demur.report.FineTuneReport;
import org.demur.report.Measured;
import org.demur.report.RobustnessReport;

/// Prints what an attack by fine-tuning left of refusal and belief, for people.
final class FineTuneText {
  /// Lines of layers that are printed at most; the report has all.
  private static final int MOST_LAYERS = 8;

  private final FineTuneReport report;

  FineTuneText(FineTuneReport report) {
    this.report = report;
  }

  void print(Console console) {
    console.line(training());
    console.line("");
    states(console);
    console.line("");
    guards(console);
    console.line("");
    layers(console);
    console.line("");
    report.verdict().forEach(console::line);
  }

  private String training() {
    Map<String, String> settings = report.tuning().settings();
    RobustnessReport.Effort cost = report.tuning().cost();
    return String.format(
        Locale.ROOT,
        "fine-tuned in memory: %d steps of %s rows, %s pairs with openers, %s utility rows, rate %s, rank %s: %dF %dB, %,d tokens, %.1f s",
        report.tuning().steps().size(),
        settings.get("rowsPerStep"),
        settings.get("rows"),
        settings.get("utilityRows"),
        settings.get("learningRate"),
        settings.get("rank"),
        cost.forwardPasses(),
        cost.backwardPasses(),
        cost.tokens(),
        cost.seconds());
  }

  private void states(Console console) {
    Table table =
        new Table(
            "model",
            "declined",
            "twins declined",
            "everyday declined",
            "openers",
            "twins, openers",
            "log-odds",
            "twins' log-odds");
    for (FineTuneReport.TunedState state : report.states()) {
      table.row(
          state.name(),
          state.declined().measured().percent(),
          state.twinsDeclined().measured().percent(),
          state.everydayDeclined().measured().percent(),
          state.opened().measured().percent(),
          state.twinsOpened().measured().percent(),
          number(state.logOdds(), 2),
          number(state.twinsLogOdds(), 2));
    }
    table.print(console);
  }

  private void guards(Console console) {
    Table table =
        new Table("guard", "AUROC", "flagged", "twins flagged", "belief", "twins' belief");
    for (FineTuneReport.TunedGuard guard : report.guards()) {
      table.row(
          guard.name(),
          number(guard.auroc(), 3),
          guard.flagged().measured().percent(),
          guard.twinsFlagged().measured().percent(),
          number(guard.score(), 4),
          number(guard.twinsScore(), 4));
    }
    table.print(console);
  }

  private void layers(Console console) {
    Table table =
        new Table("layer", "harmfulness, cosine", "refusal, cosine", "length", "refusal, length");
    int count = report.layers().size();
    int step = Math.max(1, (count - 2) / (MOST_LAYERS - 1) + 1);
    for (int index = 1; index < count; index += step) {
      FineTuneReport.LayerTurn layer = report.layers().get(index);
      table.row(
          "" + layer.layer(),
          fixed(layer.harmfulness(), 3),
          fixed(layer.refusal(), 3),
          fixed(layer.harmfulnessLength(), 2),
          fixed(layer.refusalLength(), 2));
    }
    table.print(console);
  }

  private static String number(Measured value, int places) {
    if (!value.isDefined()) {
      return "-";
    }
    return "%s (%s to %s)"
        .formatted(
            fixed(value.value(), places), fixed(value.low(), places), fixed(value.high(), places));
  }

  private static String fixed(double value, int places) {
    return Double.isFinite(value) ? Numbers.fixed(value, places) : "-";
  }
}
