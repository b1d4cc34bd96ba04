package org.demur.report.chart;

import java.util.ArrayList;
import java.util.List;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// Grouped horizontal bars of shares with their intervals; the second bar of a group is hollow.
public final class BarChart {
  private static final double BAR = 11;
  private static final double GROUP_GAP = 9;
  private static final double VALUE_WIDTH = 62;

  /// A bar.
  ///
  /// @param share its length in [0, 1]; `NaN` draws none
  /// @param low lower end of the interval, or `NaN`
  /// @param high upper end of the interval, or `NaN`
  /// @param value what is written at its end
  public record Bar(double share, double low, double high, String value) {}

  /// Bars that belong together.
  ///
  /// @param label their name at the left
  /// @param bars one bar a series
  public record Group(String label, List<Bar> bars) {
    /// Copies the bars.
    public Group {
      bars = List.copyOf(bars);
    }
  }

  private BarChart() {}

  /// Draws groups under a legend of `series`.
  public static Element draw(
      String title, Palette palette, List<String> series, List<Group> groups) {
    List<Legend.Entry> entries = new ArrayList<>();
    for (int index = 0; index < series.size(); index++) {
      entries.add(new Legend.Entry(series.get(index), palette.style(index), Legend.Mark.BAR));
    }
    Legend legend = new Legend(entries, Frame.WIDTH);
    double groupHeight = series.size() * (BAR + 2) + GROUP_GAP;
    double top = legend.height() + 6;
    double bottom = top + groups.size() * groupHeight;
    Element svg = Frame.svg(title, Frame.WIDTH, bottom + 22);
    svg.add(legend.group());
    double labels = labelWidth(groups);
    drawAxis(svg, labels, top, bottom);
    for (int index = 0; index < groups.size(); index++) {
      drawGroup(svg, palette, groups.get(index), new double[] {labels, top + index * groupHeight});
    }
    return svg;
  }

  private static double labelWidth(List<Group> groups) {
    double longest =
        groups.stream().mapToDouble(group -> Frame.textWidth(group.label())).max().orElse(0);
    return Math.min(180, longest + 8);
  }

  private static double x(double share, double labels) {
    return labels + share * (Frame.WIDTH - VALUE_WIDTH - labels);
  }

  private static void drawAxis(Element svg, double labels, double top, double bottom) {
    for (double share : new double[] {0, 0.5, 1}) {
      svg.add(
          Element.of("path", share == 0 ? "axis" : "gridline")
              .with(
                  "d",
                  "M" + Frame.point(x(share, labels), top) + "V" + Numbers.coordinate(bottom)));
      String anchor = share == 0 ? "start" : "middle";
      svg.add(Frame.label(Numbers.percent(share), x(share, labels), bottom + 15, anchor));
    }
  }

  private static void drawGroup(Element svg, Palette palette, Group group, double[] corner) {
    double labels = corner[0];
    double top = corner[1];
    double middle = top + group.bars().size() * (BAR + 2) / 2.0 + 4;
    svg.add(Frame.label(Frame.fit(group.label(), labels - 6), labels - 6, middle, "end"));
    for (int index = 0; index < group.bars().size(); index++) {
      Bar bar = group.bars().get(index);
      double y = top + 1 + index * (BAR + 2);
      double end = drawBar(svg, bar, palette.style(index), new double[] {labels, y});
      svg.add(Frame.label(bar.value(), end + 5, y + BAR - 1.5, "start"));
    }
  }

  /// Returns where the text after the bar may start.
  private static double drawBar(Element svg, Bar bar, String style, double[] corner) {
    double labels = corner[0];
    double y = corner[1];
    if (!Double.isFinite(bar.share())) {
      return labels;
    }
    double end = x(bar.share(), labels);
    svg.add(
        Element.of("rect", "bar " + style)
            .with("x", labels)
            .with("y", y)
            .with("width", Math.max(0.5, end - labels))
            .with("height", BAR));
    if (!Double.isFinite(bar.low()) || !Double.isFinite(bar.high())) {
      return end;
    }
    double high = x(bar.high(), labels);
    svg.add(
        Element.of("path", "whisker")
            .with(
                "d",
                "M"
                    + Frame.point(x(bar.low(), labels), y + BAR / 2)
                    + "H"
                    + Numbers.coordinate(high)));
    return Math.max(end, high);
  }
}
