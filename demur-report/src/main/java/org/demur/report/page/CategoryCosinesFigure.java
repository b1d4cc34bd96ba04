package org.demur.report.page;

import java.util.Optional;
import org.demur.report.DirectionsSection.CategoryCosines;
import org.demur.report.chart.HeatMap;
import org.demur.report.markup.Element;

/// How alike the harmfulness directions of the categories are.
final class CategoryCosinesFigure {
  private CategoryCosinesFigure() {}

  static Element draw(CategoryCosines cosines) {
    String title = "Cosines between the categories' harmfulness directions.";
    if (cosines.names().size() < 2 || cosines.values().isEmpty()) {
      return Blocks.emptyFigure(title, "Too few categories with enough prompts.");
    }
    return Blocks.figure(
        HeatMap.draw(
            title,
            new HeatMap.Axes(cosines.names(), cosines.names(), ""),
            cosines.values(),
            Optional.empty()),
        title,
        "Layer " + cosines.layer() + ". Dark: the model sees two kinds of harm as one.");
  }
}
