package org.demur.cli;

import java.util.Locale;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReport.Causality;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.report.ExplanationReport.WorstCase;
import org.demur.report.Measured;

/// Prints the analyses of a hardening, for people.
final class ExplanationText {
  private final ExplanationReport report;

  ExplanationText(ExplanationReport report) {
    this.report = report;
  }

  void print(Console console) {
    console.line(
        "A1, A2: projections on u, cosines of shifts with -u, at the layer that tells prompts best");
    geometry().print(console);
    console.line("");
    console.line("A3: refusal log-odds of harmful requests");
    causality().print(console);
    console.line("");
    console.line("A4: refusal log-odds under perturbations of the same length, one layer");
    console.line("(a small search: " + report.worstCaseSize() + ")");
    worstCases().print(console);
    console.line("");
    console.line("A5: helpful replies to everyday requests, nats per token");
    harmless().print(console);
    console.line("");
    report.findings().forEach(finding -> console.line(finding.verdict()));
  }

  private Table geometry() {
    Table table =
        new Table("model", "layer", "gap", "moved", "share", "attack's cosine", "benign", "random");
    for (ExplainedState state : report.states()) {
      table.row(
          state.name(),
          "" + state.layer(),
          number(state.movement().gap()),
          interval(state.movement().moved()),
          number(state.movement().share()),
          interval(state.shift().attack()),
          interval(state.shift().benign()),
          plain(state.shift().randomLow()) + " to " + plain(state.shift().randomHigh()));
    }
    return table;
  }

  private Table causality() {
    Table table =
        new Table(
            "model",
            "plain",
            "ablated",
            "to mean",
            "benign",
            "attacked",
            "restored",
            "random",
            "by restoring");
    for (ExplainedState state : report.states()) {
      Causality found = state.causality();
      table.row(
          state.name(),
          number(found.plain()),
          number(found.ablated()),
          number(found.recentred()),
          number(found.benign()),
          number(found.attacked()),
          number(found.restored()),
          number(found.restoredRandom()),
          interval(found.restoredChange()));
    }
    return table;
  }

  private Table worstCases() {
    Table table =
        new Table(
            "model",
            "layer",
            "length",
            "plain",
            "without u",
            "worst",
            "cosine",
            "share of drop",
            "ratio of losses");
    for (ExplainedState state : report.states()) {
      for (WorstCase found : state.worstCases()) {
        table.row(
            state.name(),
            "" + found.layer(),
            number(found.budget()),
            number(found.plain()),
            number(found.rfa()),
            number(found.worst()),
            interval(found.cosine()),
            interval(found.dropShare()),
            interval(found.lossRatio()));
      }
    }
    return table;
  }

  private Table harmless() {
    Table table =
        new Table(
            "model",
            "cross-entropy",
            "removed",
            "to mean",
            "KL removed",
            "KL to mean",
            "difference");
    for (ExplainedState state : report.states()) {
      HarmlessCost cost = state.harmlessCost();
      table.row(
          state.name(),
          number(cost.crossEntropy()),
          signed(cost.zero()),
          signed(cost.recentred()),
          number(cost.zeroDivergence()),
          number(cost.recentredDivergence()),
          interval(cost.divergenceDifference()));
    }
    return table;
  }

  private static String plain(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
  }

  private static String number(Measured value) {
    return value.isDefined() ? plain(value.value()) : "-";
  }

  private static String signed(Measured value) {
    return value.isDefined() ? String.format(Locale.ROOT, "%+.2f", value.value()) : "-";
  }

  private static String interval(Measured value) {
    return value.hasInterval()
        ? String.format(
            Locale.ROOT, "%.2f (%.2f to %.2f)", value.value(), value.low(), value.high())
        : number(value);
  }
}
