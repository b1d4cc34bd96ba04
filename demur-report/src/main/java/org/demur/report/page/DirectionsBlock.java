package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.report.DirectionsSection;
import org.demur.report.DirectionsSection.Candidate;
import org.demur.report.DirectionsSection.Cosine;
import org.demur.report.DirectionsSection.Profile;
import org.demur.report.DirectionsSection.Selection;
import org.demur.report.chart.ChartText;
import org.demur.report.chart.HeatMap;
import org.demur.report.chart.LineChart;
import org.demur.report.chart.Range;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// The candidates, the selected direction, and both directions by layer.
final class DirectionsBlock {
  private DirectionsBlock() {}

  static Element draw(DirectionsSection directions) {
    Element section =
        Blocks.section(
            "directions",
            "Directions in the residual stream",
            "A candidate is the difference in means of harmful and harmless prompts at one token"
                + " after the user's text and one layer. The outlined cell is the one that was"
                + " selected.");
    section.add(selection(directions));
    section.add(
        Blocks.grid(
            candidates(
                directions,
                directions.candidates().bypass(),
                "Refusal score without the direction.",
                "Harmful prompts, direction ablated. Low: refusal hangs on this direction."),
            candidates(
                directions,
                directions.candidates().induce(),
                "Refusal score with the direction added.",
                "Harmless prompts. High: the direction alone makes the model refuse."),
            candidates(
                directions,
                directions.candidates().kl(),
                "Side effect on harmless prompts.",
                "KL divergence in nats under ablation. Low: little else is disturbed."),
            separation(directions),
            cosine(directions),
            norms(directions),
            topThree(directions),
            CategoryCosinesFigure.draw(directions.categories())));
    return section;
  }

  private static Element selection(DirectionsSection directions) {
    Selection selection = directions.selection();
    Element words = Element.of("p", "statement");
    Optional<Candidate> selected = selection.selected();
    if (selected.isPresent()) {
      Candidate candidate = selected.get();
      words
          .text("Selected: layer ")
          .add(Element.of("b").text(Integer.toString(candidate.layer())))
          .text(" at token ")
          .add(Blocks.code(position(directions, candidate.position())))
          .text(
              " (bypass %s, induce %s, KL %s nats). "
                  .formatted(
                      Numbers.signed(candidate.bypass()),
                      Numbers.signed(candidate.induce()),
                      Numbers.plain(candidate.kl())));
    } else {
      words.text("No candidate was selected. ");
    }
    words.text(
        "%s of %s candidates passed the filters%s."
            .formatted(
                Numbers.count(selection.kept()),
                Numbers.count(selection.total()),
                filters(selection.discarded())));
    if (selection.relaxed()) {
      words
          .text(" ")
          .add(Element.of("span", "warning").text("The bound on the divergence was relaxed."));
    }
    return words;
  }

  private static String filters(Map<String, Integer> discarded) {
    if (discarded.isEmpty()) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    discarded.forEach((name, count) -> parts.add(name + " discarded " + Numbers.count(count)));
    return " (" + String.join(", ", parts) + ")";
  }

  private static String position(DirectionsSection directions, int index) {
    return index >= 0 && index < directions.positions().size()
        ? TokenText.visible(directions.positions().get(index))
        : "position " + index;
  }

  private static Element candidates(
      DirectionsSection directions, List<List<Double>> values, String title, String caption) {
    if (values.isEmpty()) {
      return Blocks.emptyFigure(title, "No candidate was scored.");
    }
    List<String> rows = directions.positions().stream().map(TokenText::visible).toList();
    List<String> layers =
        IntStream.range(0, directions.nLayers()).mapToObj(Integer::toString).toList();
    Optional<HeatMap.Cell> marked =
        directions
            .selection()
            .selected()
            .map(candidate -> new HeatMap.Cell(candidate.position(), candidate.layer()));
    return Blocks.figure(
        HeatMap.draw(title, new HeatMap.Axes(rows, layers, "layer"), values, marked),
        title,
        caption);
  }

  private static Element separation(DirectionsSection directions) {
    return lines(
        directions,
        new ChartText("Separation by layer", "layer", directions.separationMetric()),
        List.of(directions.harmfulness().separation(), directions.refusal().separation()),
        "How well the projection on a direction tells its two groups apart.");
  }

  private static Element norms(DirectionsSection directions) {
    return lines(
        directions,
        new ChartText("Length by layer", "layer", "norm of the difference in means"),
        List.of(directions.harmfulness().norm(), directions.refusal().norm()),
        "The residual stream grows with depth, and the differences with it.");
  }

  private static Element topThree(DirectionsSection directions) {
    return lines(
        directions,
        new ChartText("Three largest coordinates", "layer", "share of the squared length"),
        List.of(directions.harmfulness().topThreeShare(), directions.refusal().topThreeShare()),
        "Near 1, a few massive activations make the direction and the others hardly count.");
  }

  private static Element lines(
      DirectionsSection directions, ChartText text, List<List<Double>> lines, String caption) {
    List<Profile> profiles = List.of(directions.harmfulness(), directions.refusal());
    String title = text.title() + ".";
    boolean nothing = lines.stream().flatMap(List::stream).noneMatch(Double::isFinite);
    if (nothing) {
      return Blocks.emptyFigure(title, "Not measured in this run.");
    }
    Range range =
        Range.around(lines.stream().flatMap(List::stream).mapToDouble(Double::doubleValue));
    boolean area = text.yLabel().contains("AUROC");
    LineChart chart =
        LineChart.overLayers(text, directions.nLayers(), area ? areaRange(range) : range);
    List<String> names = List.of("harmfulness", "refusal");
    for (int index = 0; index < lines.size(); index++) {
      if (!lines.get(index).isEmpty()) {
        String name = names.get(index) + " at " + TokenText.visible(profiles.get(index).position());
        chart.add(LineChart.Series.byIndex(name, lines.get(index)));
      }
    }
    if (area) {
      chart.referenceY(0.5, "chance");
    }
    return Blocks.figure(chart.draw(), title, caption);
  }

  private static Range areaRange(Range range) {
    return new Range(Math.min(0.4, range.low()), 1);
  }

  private static Element cosine(DirectionsSection directions) {
    Cosine cosine = directions.cosine();
    String title = "Cosine of harmfulness and refusal.";
    if (cosine.tooFew() || cosine.byLayer().isEmpty()) {
      int fewest = Math.min(cosine.refused(), cosine.complied());
      return Blocks.emptyFigure(
          title,
          "%s: %s prompts were refused and %s answered; the refusal direction needs more of both."
              .formatted(
                  Values.tooFewSentence(fewest),
                  Numbers.count(cosine.refused()),
                  Numbers.count(cosine.complied())));
    }
    ChartText text = new ChartText(title, "layer", "cosine");
    Range range =
        Range.around(Stream.concat(cosine.byLayer().stream(), Stream.of(-0.2, 1.0)).toList());
    Element chart =
        LineChart.overLayers(text, directions.nLayers(), range)
            .add(LineChart.Series.byIndex("cosine", cosine.byLayer()))
            .referenceY(0, "orthogonal")
            .draw();
    OptionalDouble mean =
        cosine.byLayer().stream()
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .map(Math::abs)
            .average();
    return Blocks.figure(
        chart,
        title,
        "Near 0, the model holds the two apart. Mean of the absolute values %s; %s refused, %s answered."
            .formatted(
                Numbers.fixed(mean.orElse(Double.NaN), 2),
                Numbers.count(cosine.refused()),
                Numbers.count(cosine.complied())));
  }
}
