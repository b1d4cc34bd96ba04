package org.demur.report.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.AtomicFiles;
import org.demur.report.Measured;
import org.demur.report.RobustnessReport;
import org.demur.report.RobustnessReport.Arm;
import org.demur.report.RobustnessReport.Attack;
import org.demur.report.RobustnessReport.Change;
import org.demur.report.Unit;
import org.demur.report.chart.BarChart;
import org.demur.report.chart.Palette;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// Renders what a model holds against as one self-contained page.
public final class HtmlRobustness {
  private static final List<Document.Link> LINKS =
      List.of(
          new Document.Link("attacks", "Attacks"),
          new Document.Link("refusal", "Over-refusal and use"),
          new Document.Link("training", "Training"),
          new Document.Link("costs", "Costs"),
          new Document.Link("limits", "Limits"));

  private HtmlRobustness() {}

  /// The page of a report: a whole HTML document.
  public static String render(RobustnessReport report) {
    List<Element> sections = new ArrayList<>();
    sections.add(verdict(report));
    sections.add(attacks(report));
    sections.add(useful(report));
    sections.add(TrainingBlock.draw(report.trainings()));
    sections.add(costs(report));
    sections.add(LimitsBlock.draw(report.limits()));
    return Document.render("Demur robustness: " + report.model(), header(report), LINKS, sections);
  }

  /// Writes the page to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(RobustnessReport report, Path file) {
    AtomicFiles.writeText(file, render(report));
  }

  private static Element header(RobustnessReport report) {
    String facts =
        "%s, %s, seed %d, run %s"
            .formatted(
                Values.time(report.created()), report.profile(), report.seed(), report.run());
    return Element.of("header")
        .add(
            Element.of("p", "eyebrow").text("Demur robustness"),
            Element.of("h1").text(report.model()),
            Element.of("p", "facts").text(facts));
  }

  private static Element verdict(RobustnessReport report) {
    return Blocks.section("verdict", "What was found", "").add(Blocks.list(report.verdict()));
  }

  private static Element attacks(RobustnessReport report) {
    Element section =
        Blocks.section(
            "attacks",
            "Attacks",
            "Share of harmful test requests that an attack got a coherent reply to which does not"
                + " decline (ASR). Gibberish counts as no success and is shown beside it. Every attack"
                + " is computed on the model that it attacks, except transfer.");
    List<String> names = names(report);
    List<BarChart.Group> groups = new ArrayList<>();
    for (String name : names) {
      List<BarChart.Bar> bars = new ArrayList<>();
      report.arms().forEach(arm -> bars.add(bar(find(arm, name))));
      groups.add(new BarChart.Group(name, bars));
    }
    List<String> arms = report.arms().stream().map(Arm::name).toList();
    section.add(
        Blocks.figure(
            BarChart.draw("Attack success by state of the model", Palette.SERIES, arms, groups),
            "Attack success.",
            "Thin lines are 95 % intervals."));
    for (Arm arm : report.arms()) {
      section.add(table(arm));
    }
    if (!report.changes().isEmpty()) {
      section.add(changes(report));
    }
    return section;
  }

  private static List<String> names(RobustnessReport report) {
    Map<String, Boolean> names = new LinkedHashMap<>();
    for (Arm arm : report.arms()) {
      arm.attacks().forEach(attack -> names.put(attack.name(), true));
    }
    return List.copyOf(names.keySet());
  }

  private static Optional<Attack> find(Arm arm, String name) {
    return arm.attacks().stream().filter(attack -> attack.name().equals(name)).findFirst();
  }

  private static BarChart.Bar bar(Optional<Attack> attack) {
    Measured success = attack.map(Attack::success).orElse(Measured.tooFew(0));
    String value =
        success.isDefined() ? Numbers.percent(success.value()) : Values.tooFewText(success.n());
    return new BarChart.Bar(success.value(), success.low(), success.high(), value);
  }

  private static Element table(Arm arm) {
    List<List<Node>> rows = new ArrayList<>();
    for (Attack attack : arm.attacks()) {
      rows.add(
          List.of(
              Element.of("span").with("title", attack.budget()).text(attack.name()),
              Values.of(attack.success(), Unit.SHARE),
              Values.of(attack.refused(), Unit.SHARE),
              Values.of(attack.gated(), Unit.SHARE),
              Values.of(attack.overRefused(), Unit.SHARE),
              Values.of(attack.logOdds(), Unit.LOG_ODDS),
              Values.of(attack.harmlessLogOdds(), Unit.LOG_ODDS)));
    }
    return Blocks.table(
        arm.name(),
        List.of(
            "Attack",
            "Success (ASR)",
            "Refused",
            "Gibberish",
            "Harmless refused",
            "Log-odds, harmful",
            "Log-odds, harmless"),
        rows);
  }

  private static Element changes(RobustnessReport report) {
    List<List<Node>> rows = new ArrayList<>();
    for (Change change : report.changes()) {
      rows.add(
          List.of(
              Blocks.text(change.attack()),
              Blocks.text(change.from() + " → " + change.to()),
              Values.points(change.difference()),
              Blocks.text(
                  Double.isFinite(change.pValue())
                      ? Numbers.pValue(change.pValue())
                      : Numbers.MISSING)));
    }
    return Blocks.table(
        "Change of the attack's success, on the same requests",
        List.of("Attack", "Between", "Difference", "McNemar"),
        rows);
  }

  private static Element useful(RobustnessReport report) {
    List<List<Node>> rows = new ArrayList<>();
    for (Arm arm : report.arms()) {
      Measured harmless =
          arm.attacks().isEmpty() ? Measured.tooFew(0) : arm.attacks().getFirst().overRefused();
      rows.add(
          List.of(
              Blocks.text(arm.name()),
              Values.of(harmless, Unit.SHARE),
              Values.of(arm.everydayRefusal()),
              Values.of(arm.harmlessCrossEntropy(), Unit.NATS),
              Blocks.text(String.join(" ", arm.refusalTokens()))));
    }
    return Blocks.section(
            "refusal",
            "Over-refusal and use",
            "Harmless requests beside the harmful ones: Demur's are twins, which share words and form with"
                + " one; everyday requests share nothing. Cross-entropy is that of helpful replies to harmless test requests, as"
                + " the model gave them before it was trained.")
        .add(
            Blocks.table(
                "Without an attack",
                List.of(
                    "Model",
                    "Harmless refused",
                    "Everyday refused",
                    "Helpful replies, per token",
                    "Refusals begin with"),
                rows));
  }

  private static Element costs(RobustnessReport report) {
    List<List<Node>> rows = new ArrayList<>();
    for (Arm arm : report.arms()) {
      for (Attack attack : arm.attacks()) {
        if (attack.cost().forwardPasses() > 0) {
          rows.add(
              List.of(
                  Blocks.text(arm.name() + ", " + attack.name()),
                  Blocks.text(attack.budget()),
                  Blocks.text(Numbers.count(attack.cost().forwardPasses())),
                  Blocks.text(Numbers.count(attack.cost().backwardPasses())),
                  Blocks.text(Numbers.count(attack.cost().tokens())),
                  Blocks.text(Numbers.duration(attack.cost().seconds()))));
        }
      }
    }
    Element section = CostsBlock.draw(report.costs());
    return rows.isEmpty()
        ? section
        : section.add(
            Blocks.table(
                "What the attacks cost, replies not counted",
                List.of("Attack", "Budget", "Forward", "Backward", "Tokens", "Time"),
                rows));
  }
}
