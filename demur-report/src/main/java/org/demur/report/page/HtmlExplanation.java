package org.demur.report.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.demur.core.AtomicFiles;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReport.Answer;
import org.demur.report.ExplanationReport.Finding;
import org.demur.report.ExplanationReport.StateAnswer;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;

/// Renders the analyses of a hardening as one self-contained page.
public final class HtmlExplanation {
  private static final List<Document.Link> LINKS =
      List.of(
          new Document.Link("projections", "A1 Projections"),
          new Document.Link("shift", "A2 Shift"),
          new Document.Link("causality", "A3 Cause"),
          new Document.Link("worst-case", "A4 Worst case"),
          new Document.Link("harmless", "A5 Harmless text"),
          new Document.Link("settings", "Settings"),
          new Document.Link("costs", "Costs"),
          new Document.Link("limits", "Limits"));

  private HtmlExplanation() {}

  /// The page of a report: a whole HTML document.
  public static String render(ExplanationReport report) {
    List<Element> sections = new ArrayList<>();
    sections.add(verdict(report));
    sections.add(GeometryBlock.projections(report.states()));
    sections.add(GeometryBlock.shift(report.states()));
    sections.add(EditsBlock.causality(report.states()));
    sections.add(EditsBlock.worstCase(report));
    sections.add(EditsBlock.harmless(report.states()));
    sections.add(settings(report));
    sections.add(CostsBlock.draw(report.costs()));
    sections.add(LimitsBlock.draw(report.limits()));
    return Document.render("Demur explanation: " + report.model(), header(report), LINKS, sections);
  }

  /// Writes the page to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(ExplanationReport report, Path file) {
    AtomicFiles.writeText(file, render(report));
  }

  private static Element header(ExplanationReport report) {
    String facts =
        "%s, %s profile, seed %d, run %s"
            .formatted(
                Values.time(report.created()), report.profile(), report.seed(), report.run());
    return Element.of("header")
        .add(
            Element.of("p", "eyebrow").text("Demur explanation of a hardening"),
            Element.of("h1").text(report.model()),
            Element.of("p", "facts").text(facts));
  }

  private static Element verdict(ExplanationReport report) {
    Element section =
        Blocks.section(
            "verdict",
            "What was found",
            "The direction u is the difference between harmful and everyday prompts at the last"
                + " token of the prompt, layer by layer, computed on train prompts of each state of"
                + " the model; everything is measured on test prompts.");
    List<String> heads = new ArrayList<>(List.of("Claim"));
    report.states().forEach(state -> heads.add(state.name()));
    List<List<Node>> rows = new ArrayList<>();
    report.findings().forEach(finding -> rows.add(answers(finding)));
    return section.add(Blocks.table("Does the claim hold?", heads, rows));
  }

  private static List<Node> answers(Finding finding) {
    List<Node> cells = new ArrayList<>();
    cells.add(Blocks.text(finding.analysis() + ": " + finding.claim()));
    for (StateAnswer answer : finding.answers()) {
      cells.add(
          Element.of("div")
              .add(
                  Element.of("b").text(word(answer.answer())),
                  Element.of("p", "aside").text(answer.reason())));
    }
    return cells;
  }

  static String word(Answer answer) {
    return switch (answer) {
      case HOLDS -> "holds";
      case FAILS -> "does not hold";
      case UNCLEAR -> "cannot be told";
      case UNTESTABLE -> "nothing to test";
    };
  }

  private static Element settings(ExplanationReport report) {
    List<List<Node>> rows = new ArrayList<>();
    report
        .settings()
        .forEach((name, value) -> rows.add(List.of(Blocks.text(name), Blocks.text(value))));
    return Blocks.section("settings", "Settings", "Sizes follow the profile of the hardening.")
        .add(Blocks.matrix("Settings", List.of("Setting", "Value"), rows));
  }
}
