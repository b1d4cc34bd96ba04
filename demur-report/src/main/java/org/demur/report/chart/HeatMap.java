package org.demur.report.chart;

import java.util.List;
import java.util.Optional;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// A table of numbers as shades of one colour, or of two around zero.
///
/// Shades are opacities of a colour of the page, so that they work in both themes. Cells that were
/// not measured stay empty. Negative cells of a table around zero carry a dot as well.
public final class HeatMap {
  private static final double CELL = 20;
  private static final double SCALE = 30;

  /// More cells than this are drawn without the number that appears on pointing at them.
  private static final int MAX_TITLED = 1500;

  /// The names of a table.
  ///
  /// @param rows names of the rows
  /// @param columns names of the columns
  /// @param columnLabel what the columns are
  public record Axes(List<String> rows, List<String> columns, String columnLabel) {
    /// Copies the names.
    public Axes {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
    }
  }

  /// A marked cell.
  ///
  /// @param row its row
  /// @param column its column
  public record Cell(int row, int column) {}

  private HeatMap() {}

  /// Draws `values[row][column]`; `marked` gets a frame.
  public static Element draw(
      String title, Axes axes, List<List<Double>> values, Optional<Cell> marked) {
    double labels = Math.min(140, widest(axes.rows()) + 8);
    double width = (Frame.WIDTH - labels - 1) / Math.max(1, axes.columns().size());
    boolean square = axes.columns().size() == axes.rows().size();
    double height = square ? Math.max(9, Math.min(width, 28)) : CELL;
    double bottom = 4 + axes.rows().size() * height;
    boolean slanted = axes.columns().stream().anyMatch(name -> name.length() > 3);
    double under = slanted ? Math.min(96, widest(axes.columns()) * 0.75 + 14) : 20;
    Element svg = Frame.svg(title, Frame.WIDTH, bottom + under + SCALE);
    Shades shades = Shades.of(values);
    Geometry geometry = new Geometry(labels, 4, width, height);
    boolean titled = axes.rows().size() * axes.columns().size() <= MAX_TITLED;
    for (int row = 0; row < values.size(); row++) {
      for (int column = 0; column < values.get(row).size(); column++) {
        String name = titled ? axes.rows().get(row) + ", " + axes.columns().get(column) : "";
        cell(svg, shades, geometry.at(row, column), values.get(row).get(column), name);
      }
    }
    marked.ifPresent(cell -> svg.add(geometry.at(cell.row(), cell.column()).rectangle("marked")));
    names(svg, axes, geometry, slanted);
    svg.add(Frame.label(axes.columnLabel(), labels, bottom + under + 16, "start"));
    svg.add(shades.scale(Frame.WIDTH - 190, bottom + under + 7));
    return svg;
  }

  private static double widest(List<String> names) {
    return names.stream().mapToDouble(Frame::textWidth).max().orElse(0);
  }

  private static void cell(Element svg, Shades shades, Box box, double value, String name) {
    if (!Double.isFinite(value)) {
      svg.add(box.rectangle("cell none"));
      return;
    }
    Element rectangle = box.rectangle(shades.style(value)).with("fill-opacity", shades.text(value));
    if (!name.isEmpty()) {
      rectangle.add(Element.of("title").text(name + ": " + Numbers.plain(value)));
    }
    svg.add(rectangle);
    if (value < 0 && shades.aroundZero() && box.width() >= 6) {
      svg.add(
          Element.of("circle", "dot")
              .with("cx", box.x() + box.width() / 2)
              .with("cy", box.y() + box.height() / 2)
              .with("r", 1.2));
    }
  }

  private static void names(Element svg, Axes axes, Geometry geometry, boolean slanted) {
    for (int row = 0; row < axes.rows().size(); row++) {
      Box box = geometry.at(row, 0);
      String name = Frame.fit(axes.rows().get(row), geometry.left() - 6);
      svg.add(Frame.label(name, box.x() - 6, box.y() + box.height() / 2 + 4, "end"));
    }
    double space = slanted ? 11 : 24;
    int every = Math.max(1, (int) Math.ceil(space / geometry.width()));
    every = every > 2 && every < 5 ? 5 : every;
    for (int column = 0; column < axes.columns().size(); column += every) {
      Box box = geometry.at(axes.rows().size(), column);
      double x = box.x() + box.width() / 2;
      String name = Frame.fit(axes.columns().get(column), 104);
      if (slanted) {
        svg.add(
            Frame.label(name, x + 3, box.y() + 12, "end")
                .with("transform", "rotate(-50 " + Frame.point(x + 3, box.y() + 12) + ")"));
      } else {
        svg.add(Frame.label(name, x, box.y() + 15, "middle"));
      }
    }
  }

  private record Geometry(double left, double top, double width, double height) {
    Box at(int row, int column) {
      return new Box(left + column * width, top + row * height, width, height);
    }
  }

  private record Box(double x, double y, double width, double height) {
    Element rectangle(String style) {
      return Element.of("rect", style)
          .with("x", x)
          .with("y", y)
          .with("width", Math.max(0.5, width - 0.8))
          .with("height", height - 0.8);
    }
  }
}
