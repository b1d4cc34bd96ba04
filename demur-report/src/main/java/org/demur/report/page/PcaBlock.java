package org.demur.report.page;

import java.util.List;
import java.util.stream.Stream;
import org.demur.report.PcaPlot;
import org.demur.report.PcaPlot.PcaPoint;
import org.demur.report.PromptLabel;
import org.demur.report.chart.ChartText;
import org.demur.report.chart.Scatter;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// Prompts on their first two principal components, at both positions.
final class PcaBlock {
  /// More points than this hide each other and swell the file.
  private static final int MAX_POINTS = 2000;

  private PcaBlock() {}

  static Element draw(List<PcaPlot> plots) {
    Element section =
        Blocks.section(
            "pca",
            "Geometry of the prompts",
            "Hidden states on their first two principal components. If the model knows harm, labels"
                + " separate at the last token of the user's text; if it acts on it, replies separate"
                + " at the last token of the prompt.");
    if (plots.isEmpty()) {
      return section.add(Blocks.missing("No projection was computed."));
    }
    Element grid = Element.of("div", "grid");
    plots.forEach(plot -> grid.add(figure(plot)));
    return section.add(grid);
  }

  private static Element figure(PcaPlot plot) {
    String title = plot.position() + ", layer " + plot.layer() + ".";
    List<PcaPoint> points = plot.points().stream().limit(MAX_POINTS).toList();
    if (points.isEmpty()) {
      return Blocks.emptyFigure(title, "No prompt was projected.");
    }
    ChartText text =
        new ChartText(
            title, axis("first", plot.explainedFirst()), axis("second", plot.explainedSecond()));
    String caption =
        plot.points().size() > MAX_POINTS
            ? "%s of %s prompts shown."
                .formatted(Numbers.count(MAX_POINTS), Numbers.count(plot.points().size()))
            : "";
    List<Scatter.Group> groups =
        List.of(
            group("harmless, answered", "s1 hollow", points, PromptLabel.HARMLESS, false),
            group("harmless, refused", "s1", points, PromptLabel.HARMLESS, true),
            group("harmful, answered", "s2 hollow", points, PromptLabel.HARMFUL, false),
            group("harmful, refused", "s2", points, PromptLabel.HARMFUL, true));
    return Blocks.figure(Scatter.draw(text, groups), title, caption);
  }

  private static String axis(String which, double explained) {
    String share =
        Double.isFinite(explained) ? " (" + Numbers.percent(explained) + " of the variance)" : "";
    return which + " component" + share;
  }

  private static Scatter.Group group(
      String name, String style, List<PcaPoint> points, PromptLabel label, boolean refused) {
    List<PcaPoint> chosen =
        points.stream()
            .filter(point -> point.label() == label && point.refused() == refused)
            .toList();
    Stream<Double> xs = chosen.stream().map(PcaPoint::x);
    Stream<Double> ys = chosen.stream().map(PcaPoint::y);
    return new Scatter.Group(name, style, xs.toList(), ys.toList());
  }
}
