package org.demur.report.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// Two groups over the same bins, one upwards and one downwards, so that neither hides the other.
public final class Histogram {
  private static final double HEIGHT = 210;

  /// The bins.
  ///
  /// @param edges edges of the bins, ascending, one more than bins
  /// @param above counts that are drawn upwards
  /// @param below counts that are drawn downwards
  public record Bins(List<Double> edges, List<Integer> above, List<Integer> below) {
    /// Copies the lists and checks that they fit.
    public Bins {
      edges = List.copyOf(edges);
      above = List.copyOf(above);
      below = List.copyOf(below);
      if (edges.size() < 2 || above.size() != edges.size() - 1 || below.size() != above.size()) {
        throw new IllegalArgumentException("bins and edges do not fit");
      }
    }
  }

  /// A marked value.
  ///
  /// @param value where
  /// @param word what it is
  public record Mark(double value, String word) {}

  private Histogram() {}

  /// Draws the bins; `names` are those of the upper and the lower group.
  public static Element draw(ChartText text, List<String> names, Bins bins, List<Mark> marks) {
    int highest =
        Stream.concat(bins.above().stream(), bins.below().stream())
            .max(Comparator.naturalOrder())
            .orElse(1);
    double limit = Math.max(1, highest) * 1.12;
    Range x = new Range(bins.edges().getFirst(), bins.edges().getLast());
    List<Legend.Entry> entries = new ArrayList<>();
    entries.add(new Legend.Entry(names.get(0) + " (up)", "s2", Legend.Mark.BAR));
    entries.add(new Legend.Entry(names.get(1) + " (down)", "s1", Legend.Mark.BAR));
    Frame frame = new Frame(text, x, new Range(-limit, limit), HEIGHT, entries);
    drawCounts(frame, limit);
    frame.drawX(Ticks.of(x, 5));
    for (int index = 0; index < bins.above().size(); index++) {
      double left = frame.x(bins.edges().get(index));
      double right = frame.x(bins.edges().get(index + 1));
      drawBin(frame, "bar s2", new double[] {left, right}, bins.above().get(index));
      drawBin(frame, "bar s1", new double[] {left, right}, -bins.below().get(index));
    }
    drawMarks(frame, x, marks);
    return frame.svg();
  }

  /// Ticks show counts, so both directions are written without a sign.
  private static void drawCounts(Frame frame, double limit) {
    for (double value : Ticks.whole(new Range(-limit, limit), 5).values()) {
      frame
          .svg()
          .add(
              Element.of("path", value == 0 ? "axis" : "gridline")
                  .with(
                      "d",
                      "M"
                          + Frame.point(frame.left(), frame.y(value))
                          + "H"
                          + Numbers.coordinate(frame.right())));
      String label = Numbers.count(Math.abs(Math.round(value)));
      frame.svg().add(Frame.label(label, frame.left() - 6, frame.y(value) + 4, "end"));
    }
  }

  private static void drawBin(Frame frame, String style, double[] sides, int count) {
    if (count == 0) {
      return;
    }
    double zero = frame.y(0);
    double end = frame.y(count);
    frame
        .svg()
        .add(
            Element.of("rect", style)
                .with("x", sides[0] + 0.5)
                .with("y", Math.min(zero, end))
                .with("width", Math.max(0.5, sides[1] - sides[0] - 1))
                .with("height", Math.abs(end - zero)));
  }

  /// Words of neighbouring marks would overlap, so each further one stands a row lower.
  private static void drawMarks(Frame frame, Range x, List<Mark> marks) {
    int row = 0;
    for (Mark mark : marks) {
      if (mark.value() < x.low() || mark.value() > x.high()) {
        continue;
      }
      double at = frame.x(mark.value());
      boolean nearRight = at + Frame.textWidth(mark.word()) + 6 > frame.right();
      frame
          .svg()
          .add(
              Element.of("path", "reference")
                  .with(
                      "d",
                      "M"
                          + Frame.point(at, frame.top())
                          + "V"
                          + Numbers.coordinate(frame.bottom())),
              Frame.label(
                  mark.word(),
                  at + (nearRight ? -4 : 4),
                  frame.bottom() - 5 - 13.0 * row,
                  nearRight ? "end" : "start"));
      row++;
    }
  }
}
