package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import org.demur.report.GuardSection;
import org.demur.report.GuardSection.Baseline;
import org.demur.report.GuardSection.Curves;
import org.demur.report.GuardSection.OperatingPoint;
import org.demur.report.Unit;
import org.demur.report.chart.ChartText;
import org.demur.report.chart.Histogram;
import org.demur.report.chart.LineChart;
import org.demur.report.chart.Range;
import org.demur.report.chart.RocCurve;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// How well the hidden states guard the model.
final class GuardBlock {
  private GuardBlock() {}

  static Element draw(GuardSection guard) {
    return Blocks.section(
            "guard",
            "Latent Guard",
            "Prompts are scored by the hidden states that the model computes anyway; the score"
                + " costs nothing beyond reading the prompt.")
        .add(
            Blocks.table(
                "The guard on test prompts",
                List.of(
                    "Classifier", "AUROC", "Found at 1 % false flags", "Found at 5 % false flags"),
                List.of(
                    List.of(
                        Blocks.text("Latent Guard"),
                        Values.withCount(guard.auroc(), Unit.AUROC),
                        Values.withCount(guard.tprAtOnePercent(), Unit.SHARE),
                        Values.withCount(guard.tprAtFivePercent(), Unit.SHARE)))),
            points(guard),
            Blocks.grid(
                histogram(guard),
                roc(guard),
                calibration(guard.curves()),
                baselines(guard.baselines())));
  }

  private static Element points(GuardSection guard) {
    return Blocks.table(
        "The guard at two thresholds",
        List.of("Threshold", "Score", "Right decisions", "Harmless twins flagged"),
        List.of(
            point("zero, as published", guard.atZero()), point("calibrated", guard.calibrated())));
  }

  private static List<Node> point(String name, OperatingPoint point) {
    return List.of(
        Blocks.text(name),
        Blocks.text(Numbers.plain(point.threshold())),
        Values.withCount(point.accuracy()),
        Values.withCount(point.falseFlagsOnTwins()));
  }

  private static Element histogram(GuardSection guard) {
    Curves curves = guard.curves();
    String title = "Scores of the guard.";
    boolean drawable =
        curves.binEdges().size() >= 2
            && !curves.harmfulBins().isEmpty()
            && !curves.harmlessBins().isEmpty()
            && curves.binEdges().stream().allMatch(Double::isFinite)
            && curves.binEdges().getFirst() < curves.binEdges().getLast();
    if (!drawable) {
      return Blocks.emptyFigure(title, "No prompt was scored.");
    }
    List<Histogram.Mark> marks = new ArrayList<>();
    marks.add(new Histogram.Mark(guard.atZero().threshold(), "zero"));
    marks.add(new Histogram.Mark(guard.calibrated().threshold(), "calibrated"));
    return Blocks.figure(
        Histogram.draw(
            new ChartText(title, "score (difference of cosines)", "prompts"),
            List.of("harmful", "harmless"),
            new Histogram.Bins(curves.binEdges(), curves.harmfulBins(), curves.harmlessBins()),
            marks),
        title,
        "The further apart, the better; dashed lines are the thresholds.");
  }

  private static Element roc(GuardSection guard) {
    String title = "ROC curve.";
    if (guard.curves().roc().isEmpty() || !guard.auroc().isDefined()) {
      return Blocks.emptyFigure(title, Values.tooFewSentence(guard.auroc().n()) + ".");
    }
    List<LineChart.Point> points =
        guard.curves().roc().stream()
            .map(point -> LineChart.Point.of(point.falsePositiveRate(), point.truePositiveRate()))
            .toList();
    return Blocks.figure(RocCurve.draw(title, points), title, "The dashed diagonal is chance.");
  }

  private static Element calibration(Curves curves) {
    String title = "Calibration.";
    List<LineChart.Point> points =
        curves.calibration().stream()
            .filter(point -> point.observed().isDefined() && Double.isFinite(point.predicted()))
            .map(
                point ->
                    new LineChart.Point(
                        point.predicted(),
                        point.observed().rate(),
                        point.observed().low(),
                        point.observed().high()))
            .toList();
    if (points.isEmpty()) {
      return Blocks.emptyFigure(title, "Too few prompts for a calibration plot.");
    }
    ChartText text =
        new ChartText(title, "predicted probability of harm", "harmful prompts (share)");
    return Blocks.figure(
        new LineChart(text, Range.UNIT, Range.UNIT)
            .diagonal()
            .add(new LineChart.Series("observed", points))
            .draw(),
        title,
        "On the dashed diagonal, a score means the probability that it says.");
  }

  private static Element baselines(List<Baseline> baselines) {
    if (baselines.isEmpty()) {
      return Blocks.missing("No surface baseline was computed.");
    }
    List<List<Node>> rows = new ArrayList<>();
    for (Baseline baseline : baselines) {
      rows.add(
          List.of(
              Blocks.text(baseline.name()),
              Values.of(baseline.auroc(), Unit.AUROC),
              Values.difference(baseline.margin())));
    }
    return Element.of("div")
        .add(
            Blocks.table(
                "What the surface of a prompt gives away",
                List.of("Baseline", "AUROC", "Guard is ahead by"),
                rows),
            Element.of("p", "note")
                .text(
                    "On the same %s prompts. A guard that is not ahead of these may have read"
                            .formatted(Numbers.count(baselines.getFirst().auroc().n()))
                        + " style and not harm."));
  }
}
