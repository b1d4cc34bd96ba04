package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import org.demur.report.FragilitySection;
import org.demur.report.FragilitySection.FragilityRow;
import org.demur.report.Rate;
import org.demur.report.Unit;
import org.demur.report.chart.BarChart;
import org.demur.report.chart.Palette;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;

/// How much of the refusal survives without its direction.
final class FragilityBlock {
  private FragilityBlock() {}

  static Element draw(FragilitySection fragility) {
    Element section =
        Blocks.section(
            "fragility",
            "Fragility of the refusal",
            "The model runs once untouched and once with its refusal direction taken away; a random"
                + " direction of equal norm shows what any disturbance does. Nothing is saved.");
    if (fragility.rows().isEmpty()) {
      return section.add(Blocks.missing("Not measured in this run."));
    }
    return section.add(
        Element.of("p", "meaning").text(fragility.meaning()),
        chart(fragility),
        table("Interventions", fragility));
  }

  static Element chart(FragilitySection fragility) {
    String title = "Harmful prompts under intervention.";
    List<BarChart.Group> groups = new ArrayList<>();
    for (FragilityRow row : fragility.rows()) {
      groups.add(
          new BarChart.Group(row.name(), List.of(bar(row.refused()), bar(row.unsafeCompliance()))));
    }
    return Blocks.grid(
        Blocks.figure(
            BarChart.draw(title, Palette.SERIES, List.of("refused", "answered coherently"), groups),
            title,
            "Thin lines are 95 % intervals."));
  }

  private static BarChart.Bar bar(Rate rate) {
    String value =
        rate.isDefined() ? rate.successes() + "/" + rate.n() : Values.tooFewText(rate.n());
    return new BarChart.Bar(rate.rate(), rate.low(), rate.high(), value);
  }

  static Element table(String caption, FragilitySection fragility) {
    List<List<Node>> rows = new ArrayList<>();
    for (FragilityRow row : fragility.rows()) {
      rows.add(
          List.of(
              Blocks.text(row.name()),
              Values.withCount(row.refused()),
              Values.of(row.refusalLogOdds(), Unit.LOG_ODDS),
              Values.of(row.unsafeCompliance()),
              Values.of(row.coherent()),
              Values.of(row.klOnHarmless(), Unit.PLAIN),
              Values.of(row.perplexity(), Unit.PLAIN)));
    }
    return Blocks.table(
        caption,
        List.of(
            "Intervention",
            "Refused",
            "Refusal log-odds",
            "Answered coherently",
            "Coherent replies",
            "KL on harmless (nats)",
            "Perplexity on harmless"),
        rows);
  }
}
