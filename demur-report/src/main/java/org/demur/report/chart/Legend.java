package org.demur.report.chart;

import java.util.List;
import org.demur.report.markup.Element;

/// The names of the series above a chart, as many in a row as fit.
final class Legend {
  private static final double ROW = 17;
  private static final double SWATCH = 22;
  private static final double GAP = 16;

  /// What stands before a name.
  enum Mark {
    LINE,
    BAR,
    POINT
  }

  /// A name and the style class of its series.
  record Entry(String name, String style, Mark mark) {}

  private final List<Entry> entries;
  private final double width;

  Legend(List<Entry> entries, double width) {
    this.entries = List.copyOf(entries);
    this.width = width;
  }

  double height() {
    return entries.isEmpty() ? 0 : draw().bottom + ROW - 11;
  }

  Element group() {
    return draw().group;
  }

  private record Drawn(Element group, double bottom) {}

  private Drawn draw() {
    Element group = Element.of("g", "legend");
    double x = 0;
    double y = 11;
    for (Entry entry : entries) {
      double length = SWATCH + Frame.textWidth(entry.name());
      if (x > 0 && x + length > width) {
        x = 0;
        y += ROW;
      }
      group.add(swatch(entry, x, y - 4));
      group.add(Frame.label(entry.name(), x + SWATCH, y, "start"));
      x += length + GAP;
    }
    return new Drawn(group, y);
  }

  private static Element swatch(Entry entry, double x, double y) {
    return switch (entry.mark()) {
      case LINE ->
          Element.of("path", "line " + entry.style()).with("d", "M" + Frame.point(x, y) + "h17");
      case BAR ->
          Element.of("rect", "bar " + entry.style())
              .with("x", x + 1)
              .with("y", y - 4.0)
              .with("width", 15.0)
              .with("height", 8.0);
      case POINT ->
          Element.of("path", "mark " + entry.style())
              .with("d", Markers.path(entry.style(), x + 9, y, 4));
    };
  }
}
