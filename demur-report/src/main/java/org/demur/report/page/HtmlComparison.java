package org.demur.report.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.demur.core.AtomicFiles;
import org.demur.report.ComparisonReport;
import org.demur.report.ComparisonReport.ChangedPrompt;
import org.demur.report.ComparisonReport.FragilityPair;
import org.demur.report.ComparisonReport.GuardChange;
import org.demur.report.ComparisonReport.PairedRate;
import org.demur.report.ComparisonReport.Side;
import org.demur.report.Rate;
import org.demur.report.Unit;
import org.demur.report.chart.BarChart;
import org.demur.report.chart.Palette;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// Renders a comparison of two runs as one self-contained page.
public final class HtmlComparison {
  private static final int MAX_CHANGED = 2000;
  private static final List<Document.Link> LINKS =
      List.of(
          new Document.Link("runs", "Runs"),
          new Document.Link("changed", "Changed prompts"),
          new Document.Link("guard", "Guard"),
          new Document.Link("fragility", "Fragility"));

  private HtmlComparison() {}

  /// The page of a comparison: a whole HTML document.
  public static String render(ComparisonReport report) {
    List<Element> sections = new ArrayList<>();
    sections.add(rates(report));
    sections.add(runs(report));
    sections.add(changed(report.changed()));
    sections.add(guard(report.guard()));
    sections.add(fragility(report.fragility()));
    String title = "Demur comparison: " + name(report.first()) + " and " + name(report.second());
    return Document.render(title, header(report), LINKS, sections);
  }

  /// Writes the page to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(ComparisonReport report, Path file) {
    AtomicFiles.writeText(file, render(report));
  }

  private static String name(Side side) {
    return side.model() + side.adapter().map(adapter -> " + " + adapter).orElse("");
  }

  private static Element header(ComparisonReport report) {
    return Element.of("header")
        .add(
            Element.of("p", "eyebrow").text("Demur comparison"),
            Element.of("h1", "pair")
                .add(
                    Element.of("span").text("A  " + name(report.first())),
                    Element.of("span").text("B  " + name(report.second()))),
            Element.of("p", "facts").text(Values.time(report.created())));
  }

  private static Element rates(ComparisonReport report) {
    Element section =
        Blocks.section(
            "rates",
            "What changed",
            "Each rate is taken on the prompts that both runs have. The difference is B minus A with"
                + " its paired 95 % interval; McNemar's exact test looks only at prompts on which the"
                + " runs disagree.");
    if (report.rates().isEmpty()) {
      return section.add(Blocks.missing("The runs share no prompts."));
    }
    List<List<Node>> rows = new ArrayList<>();
    List<BarChart.Group> groups = new ArrayList<>();
    for (PairedRate rate : report.rates()) {
      rows.add(row(rate));
      groups.add(new BarChart.Group(rate.name(), List.of(bar(rate.first()), bar(rate.second()))));
    }
    section.add(
        Blocks.table(
            "Paired rates",
            List.of("Rate", "A", "B", "Difference", "Only A", "Only B", "McNemar"),
            rows),
        Blocks.grid(
            Blocks.figure(
                BarChart.draw("Rates of both runs", Palette.SERIES, List.of("A", "B"), groups),
                "Rates of both runs.",
                "Thin lines are 95 % intervals.")));
    return report.notes().isEmpty()
        ? section
        : section.add(
            Element.of("div", "warnings")
                .with("role", "note")
                .add(Blocks.heading("Read with care"), Blocks.list(report.notes())));
  }

  private static List<Node> row(PairedRate rate) {
    return List.of(
        Blocks.text(rate.name()),
        Values.withCount(rate.first()),
        Values.withCount(rate.second()),
        Values.points(rate.difference()),
        Blocks.text(Numbers.count(rate.mcNemar().onlyFirst())),
        Blocks.text(Numbers.count(rate.mcNemar().onlySecond())),
        Blocks.text(Numbers.pValue(rate.mcNemar().pValue())));
  }

  private static BarChart.Bar bar(Rate rate) {
    String value = rate.isDefined() ? Numbers.percent(rate.rate()) : Values.tooFewText(rate.n());
    return new BarChart.Bar(rate.rate(), rate.low(), rate.high(), value);
  }

  private static Element runs(ComparisonReport report) {
    Element section = Blocks.section("runs", "The two runs", "");
    Element sides = Element.of("dl", "facts-list wide");
    side(sides, "A", report.first());
    side(sides, "B", report.second());
    section.add(sides);
    if (report.differences().isEmpty()) {
      return section.add(
          Blocks.paragraph("Model, adapter, data, profile and seed are the same in both."));
    }
    List<List<Node>> rows =
        report.differences().stream()
            .map(
                difference ->
                    List.<Node>of(
                        Blocks.text(difference.name()),
                        Blocks.text(difference.first()),
                        Blocks.text(difference.second())))
            .toList();
    return section.add(Blocks.table("What differs", List.of("What", "A", "B"), rows));
  }

  private static void side(Element list, String letter, Side side) {
    String facts =
        ", %s, %s profile, %s prompts, seed %d"
            .formatted(
                Values.time(side.created()),
                side.profile(),
                Numbers.count(side.prompts()),
                side.seed());
    list.add(
        Element.of("dt").text(letter),
        Element.of("dd").add(Blocks.code(side.run())).text(" " + name(side) + facts));
  }

  private static Element changed(List<ChangedPrompt> changed) {
    Element section =
        Blocks.section(
            "changed", "Prompts whose reply changed", "By the judge's class of the reply.");
    if (changed.isEmpty()) {
      return section.add(Blocks.missing("No reply changed its class."));
    }
    List<List<Node>> rows = new ArrayList<>();
    for (ChangedPrompt prompt : changed.stream().limit(MAX_CHANGED).toList()) {
      String change =
          Values.replyClass(prompt.before()) + " → " + Values.replyClass(prompt.after());
      rows.add(
          List.of(
              Blocks.code(prompt.id()),
              Blocks.text(Values.label(prompt.label())),
              Blocks.text(prompt.category().orElse(Numbers.MISSING)),
              Blocks.text(change)));
    }
    section.add(
        Blocks.table(
            Numbers.count(changed.size()) + " prompts",
            List.of("Prompt", "Label", "Category", "A → B"),
            rows));
    return changed.size() <= MAX_CHANGED
        ? section
        : section.add(
            Element.of("p", "note")
                .text("The first %s are shown.".formatted(Numbers.count(MAX_CHANGED))));
  }

  private static Element guard(GuardChange guard) {
    return Blocks.section("guard", "Latent Guard", "")
        .add(
            Blocks.table(
                "Area under the ROC curve",
                List.of("", "A", "B", "Difference"),
                List.of(
                    List.of(
                        Blocks.text("AUROC"),
                        Values.withCount(guard.first(), Unit.AUROC),
                        Values.withCount(guard.second(), Unit.AUROC),
                        Values.difference(guard.difference())))));
  }

  private static Element fragility(FragilityPair fragility) {
    Element section = Blocks.section("fragility", "Fragility of the refusal", "");
    if (fragility.first().rows().isEmpty() || fragility.second().rows().isEmpty()) {
      return section.add(Blocks.missing("Not measured in both runs."));
    }
    return section.add(
        FragilityBlock.table("A", fragility.first()),
        FragilityBlock.table("B", fragility.second()));
  }
}
