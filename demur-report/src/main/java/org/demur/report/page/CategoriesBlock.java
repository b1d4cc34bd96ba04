package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import org.demur.report.GuardSection.CategoryRow;
import org.demur.report.Rate;
import org.demur.report.Unit;
import org.demur.report.chart.BarChart;
import org.demur.report.chart.Palette;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// Guard and refusal by category of harm.
final class CategoriesBlock {
  private static final int MAX_ROWS = 60;

  private CategoriesBlock() {}

  static Element draw(List<CategoryRow> categories) {
    Element section =
        Blocks.section(
            "categories",
            "By category",
            "Harmful prompts of each category: flagged by the guard at its calibrated threshold, and"
                + " refused by the model.");
    if (categories.isEmpty()) {
      section.add(Blocks.missing("The prompts carry no categories."));
    } else {
      List<CategoryRow> shown = categories.stream().limit(MAX_ROWS).toList();
      section.add(Blocks.grid(bars(shown), table(shown)));
      if (categories.size() > MAX_ROWS) {
        section.add(
            Element.of("p", "note")
                .text(
                    "%d of %d categories shown; all are in report.json."
                        .formatted(MAX_ROWS, categories.size())));
      }
    }
    return section;
  }

  private static Element bars(List<CategoryRow> categories) {
    String title = "Flagged and refused by category.";
    List<BarChart.Group> groups = new ArrayList<>();
    for (CategoryRow row : categories) {
      groups.add(
          new BarChart.Group(row.category(), List.of(bar(row.flagged()), bar(row.refused()))));
    }
    return Blocks.figure(
        BarChart.draw(
            title, Palette.SERIES, List.of("flagged by the guard", "refused by the model"), groups),
        title,
        "Thin lines are 95 % intervals, which are wide for few prompts.");
  }

  private static BarChart.Bar bar(Rate rate) {
    String value =
        rate.isDefined() ? rate.successes() + "/" + rate.n() : Values.tooFewText(rate.n());
    return new BarChart.Bar(rate.rate(), rate.low(), rate.high(), value);
  }

  private static Element table(List<CategoryRow> categories) {
    List<List<Node>> rows = new ArrayList<>();
    for (CategoryRow row : categories) {
      String counts = Numbers.count(row.harmful()) + " + " + Numbers.count(row.harmless());
      Node area =
          row.tooFew()
              ? Values.tooFew(row.harmful() + row.harmless())
              : Values.of(row.auroc(), Unit.AUROC);
      rows.add(List.of(Blocks.text(row.category()), Blocks.text(counts), area));
    }
    return Blocks.matrix(
        "The guard within a category", List.of("Category", "Harmful + harmless", "AUROC"), rows);
  }
}
