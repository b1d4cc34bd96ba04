package org.demur.report.chart;

import java.util.List;
import org.demur.report.markup.Element;

/// Share of harmful prompts found against share of harmless prompts flagged.
public final class RocCurve {
  private RocCurve() {}

  /// Draws the curve through `points` (false-positive rate, true-positive rate), with the diagonal
  /// of chance.
  public static Element draw(String title, List<LineChart.Point> points) {
    ChartText text =
        new ChartText(title, "harmless prompts flagged (share)", "harmful prompts found (share)");
    return new LineChart(text, Range.UNIT, Range.UNIT)
        .diagonal()
        .add(new LineChart.Series("guard", points))
        .draw();
  }
}
