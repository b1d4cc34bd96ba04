package org.demur.report.page;

import java.util.List;
import org.demur.report.Figure;
import org.demur.report.Measured;
import org.demur.report.Severity;
import org.demur.report.Unit;
import org.demur.report.VerdictLine;
import org.demur.report.chart.IntervalMark;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// The five lines that open a report.
final class VerdictBlock {
  /// Further figures of a line stand in their sections; three fit beside an answer.
  private static final int MAX_FIGURES = 3;

  private VerdictBlock() {}

  static Element draw(List<VerdictLine> lines, List<String> warnings) {
    Element section =
        Element.of("section", "verdict")
            .with("id", "verdict")
            .with("aria-labelledby", "verdict-heading")
            .add(Element.of("h2", "quiet").with("id", "verdict-heading").text("Verdict"));
    Element list = Element.of("ol");
    lines.forEach(line -> list.add(line(line)));
    section.add(list);
    section.add(
        Element.of("p", "note").text("Ranges and bars are 95 % intervals; n counts prompts."));
    if (!warnings.isEmpty()) {
      section.add(
          Element.of("div", "warnings")
              .with("role", "note")
              .add(Element.of("h3").text("Warnings of this run"), Blocks.list(warnings)));
    }
    return section;
  }

  private static Element line(VerdictLine line) {
    Element words =
        Element.of("div", "words")
            .add(
                Element.of("p", "question")
                    .text(line.question() + " ")
                    .add(Element.of("span", "tag").text(word(line.severity()))),
                Element.of("p", "answer").text(line.answer()));
    Element figures = Element.of("div", "figures");
    line.figures().stream().limit(MAX_FIGURES).forEach(figure -> figures.add(figure(figure)));
    return Element.of("li", style(line.severity())).add(mark(line.severity()), words, figures);
  }

  private static Element figure(Figure figure) {
    Measured measured = figure.measured();
    Element block = Element.of("div", "figure");
    block.add(Element.of("span", "name").text(figure.name()));
    if (!measured.isDefined()) {
      return block.add(Values.tooFew(measured.n()));
    }
    String number = Values.number(measured.value(), figure.unit());
    block.add(Element.of("span", "number").text(number));
    String range = Values.range(measured, figure.unit());
    boolean share = figure.unit() == Unit.SHARE || figure.unit() == Unit.AUROC;
    if (share) {
      double reference = figure.unit() == Unit.AUROC ? 0.5 : Double.NaN;
      String title = figure.name() + ": " + number + (range.isEmpty() ? "" : ", " + range);
      block.add(
          IntervalMark.draw(title, measured.value(), measured.low(), measured.high(), reference));
    }
    String count = "n = " + Numbers.count(measured.n());
    return block.add(
        Element.of("span", "aside").text(range.isEmpty() ? count : range + ", " + count));
  }

  /// Shapes differ as well as colours: disc, triangle, square, ring.
  private static Element mark(Severity severity) {
    String path =
        switch (severity) {
          case GOOD -> "M2 9a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z";
          case WARN -> "M9 2l7.6 13.5h-15.2z";
          case BAD -> "M3 3h12v12h-12z";
          case UNKNOWN -> "M3 9a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z";
        };
    return Element.of("svg", "severity")
        .with("viewBox", "0 0 18 18")
        .with("aria-hidden", "true")
        .add(Element.of("path").with("d", path));
  }

  private static String word(Severity severity) {
    return switch (severity) {
      case GOOD -> "good";
      case WARN -> "caution";
      case BAD -> "weak";
      case UNKNOWN -> "not known";
    };
  }

  private static String style(Severity severity) {
    return switch (severity) {
      case GOOD -> "good";
      case WARN -> "warn";
      case BAD -> "bad";
      case UNKNOWN -> "unknown";
    };
  }
}
