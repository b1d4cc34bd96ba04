package org.demur.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// Lines over a common horizontal axis, told apart by colour, dash and marker.
///
/// Points that are not finite break a line. Line styles repeat after four series.
public final class LineChart {
  private static final double HEIGHT = 190;
  private static final int MAX_MARKERS = 14;

  /// A line.
  ///
  /// @param name its name in the legend
  /// @param points its points, in order
  public record Series(String name, List<Point> points) {
    /// Copies the points.
    public Series {
      points = List.copyOf(points);
    }

    /// A line over 0, 1, 2, …, for example over layers.
    public static Series byIndex(String name, List<Double> values) {
      List<Point> points = new ArrayList<>(values.size());
      for (int index = 0; index < values.size(); index++) {
        points.add(Point.of(index, values.get(index)));
      }
      return new Series(name, points);
    }
  }

  /// A point with an interval along the vertical axis.
  ///
  /// @param x horizontal value
  /// @param y vertical value
  /// @param low lower end of the interval, or `NaN`
  /// @param high upper end of the interval, or `NaN`
  public record Point(double x, double y, double low, double high) {
    /// A point without an interval.
    public static Point of(double x, double y) {
      return new Point(x, y, Double.NaN, Double.NaN);
    }

    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  private final ChartText text;
  private final Range x;
  private final Range y;
  private final List<Series> series = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();
  private boolean wholeX;
  private boolean diagonal;

  private record Reference(double value, String word, boolean upright) {}

  /// An empty chart.
  public LineChart(ChartText text, Range x, Range y) {
    this.text = text;
    this.x = x;
    this.y = y;
  }

  /// A chart over layers 0 to `nLayers - 1`.
  public static LineChart overLayers(ChartText text, int nLayers, Range y) {
    LineChart chart = new LineChart(text, new Range(0, Math.max(1, nLayers - 1)), y);
    chart.wholeX = true;
    return chart;
  }

  /// Adds a line.
  public LineChart add(Series line) {
    series.add(line);
    return this;
  }

  /// Marks a value of the vertical axis, for example chance.
  public LineChart referenceY(double value, String word) {
    references.add(new Reference(value, word, false));
    return this;
  }

  /// Marks a value of the horizontal axis, for example the selected layer.
  public LineChart referenceX(double value, String word) {
    references.add(new Reference(value, word, true));
    return this;
  }

  /// Draws the line from corner to corner that chance or perfect calibration would give.
  public LineChart diagonal() {
    diagonal = true;
    return this;
  }

  /// The drawing.
  public Element draw() {
    List<Legend.Entry> entries = new ArrayList<>();
    for (int index = 0; index < series.size() && series.size() > 1; index++) {
      entries.add(
          new Legend.Entry(
              series.get(index).name(), Palette.SERIES.style(index), Legend.Mark.LINE));
    }
    Frame frame = new Frame(text, x, y, HEIGHT, entries);
    frame.drawY(Ticks.of(y, 5));
    frame.drawX(wholeX ? Ticks.whole(x, 8) : Ticks.of(x, 5));
    if (diagonal) {
      frame.svg().add(path("reference", lineTo(frame, x.low(), y.low(), x.high(), y.high())));
    }
    for (Reference reference : references) {
      if (reference.upright()) {
        frame.drawReferenceX(reference.value(), reference.word());
      } else {
        frame.drawReferenceY(reference.value(), reference.word());
      }
    }
    for (int index = 0; index < series.size(); index++) {
      draw(frame, series.get(index), Palette.SERIES.style(index));
    }
    return frame.svg();
  }

  private static void draw(Frame frame, Series line, String style) {
    StringBuilder strokes = new StringBuilder();
    StringBuilder whiskers = new StringBuilder();
    StringBuilder marks = new StringBuilder();
    List<Point> points = line.points();
    int every = Math.max(1, (points.size() + MAX_MARKERS - 1) / MAX_MARKERS);
    boolean drawing = false;
    for (int index = 0; index < points.size(); index++) {
      Point point = points.get(index);
      if (!point.isFinite()) {
        drawing = false;
        continue;
      }
      double px = frame.x(point.x());
      double py = frame.y(point.y());
      strokes.append(drawing ? "L" : "M").append(Frame.point(px, py));
      drawing = true;
      if (Double.isFinite(point.low()) && Double.isFinite(point.high())) {
        whiskers.append("M").append(Frame.point(px, frame.y(point.low())));
        whiskers.append("V").append(Numbers.coordinate(frame.y(point.high())));
      }
      if (points.size() <= 60 && index % every == 0) {
        marks.append(Markers.path(style, px, py, 2.8));
      }
    }
    Stream.of(
            path("line " + style, strokes.toString()),
            path("whisker " + style, whiskers.toString()),
            path("mark " + style, marks.toString()))
        .forEach(frame.svg()::add);
  }

  private static String lineTo(Frame frame, double x1, double y1, double x2, double y2) {
    return "M"
        + Frame.point(frame.x(x1), frame.y(y1))
        + "L"
        + Frame.point(frame.x(x2), frame.y(y2));
  }

  private static Element path(String cssClass, String commands) {
    return Element.of("path", cssClass).with("d", commands);
  }
}
