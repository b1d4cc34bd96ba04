package org.demur.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.demur.report.markup.Element;

/// Points in a plane; groups differ by shape, colour and filling.
public final class Scatter {
  private static final double HEIGHT = 290;

  /// Points of one group.
  ///
  /// @param name its name in the legend
  /// @param style its style: `s1` to `s4`, with ` hollow` for outlines only
  /// @param xs horizontal values
  /// @param ys vertical values
  public record Group(String name, String style, List<Double> xs, List<Double> ys) {
    /// Copies the values and checks that they pair.
    public Group {
      xs = List.copyOf(xs);
      ys = List.copyOf(ys);
      if (xs.size() != ys.size()) {
        throw new IllegalArgumentException(xs.size() + " x for " + ys.size() + " y");
      }
    }
  }

  private Scatter() {}

  /// Draws groups; empty ones appear neither in the plot nor in the legend.
  public static Element draw(ChartText text, List<Group> groups) {
    List<Group> present = groups.stream().filter(group -> !group.xs().isEmpty()).toList();
    List<Legend.Entry> entries = new ArrayList<>();
    present.forEach(
        group ->
            entries.add(
                new Legend.Entry(
                    "%s (%d)".formatted(group.name(), group.xs().size()),
                    group.style(),
                    Legend.Mark.POINT)));
    Range x = range(present.stream().flatMap(group -> group.xs().stream()));
    Range y = range(present.stream().flatMap(group -> group.ys().stream()));
    Frame frame = new Frame(text, x, y, HEIGHT, entries);
    frame.drawY(Ticks.of(y, 5));
    frame.drawX(Ticks.of(x, 5));
    present.forEach(group -> frame.svg().add(points(frame, group)));
    return frame.svg();
  }

  private static Range range(Stream<Double> values) {
    return Range.around(values.mapToDouble(Double::doubleValue));
  }

  private static Element points(Frame frame, Group group) {
    StringBuilder path = new StringBuilder();
    for (int index = 0; index < group.xs().size(); index++) {
      double x = group.xs().get(index);
      double y = group.ys().get(index);
      if (frame.holds(x, y)) {
        path.append(Markers.path(group.style(), frame.x(x), frame.y(y), 3));
      }
    }
    return Element.of("path", "mark " + group.style()).with("d", path.toString());
  }
}
