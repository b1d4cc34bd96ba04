package org.demur.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.demur.data.Label;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ReplyInversion;
import org.demur.directions.SteerSweep;
import org.jspecify.annotations.Nullable;

/// What `steer sweep` tells.
///
/// @param direction name of what was added
/// @param grid layers and coefficients
/// @param result refusal log-odds
/// @param inversion the reply inversion task; empty when it was not run
/// @param prompts what the document says about the prompts
/// @param tokens tokens that begin a refusal
record SweepReport(
    String direction,
    SteerSweep.Grid grid,
    SteerSweep.Result result,
    List<ReplyInversion.Point> inversion,
    Map<String, Object> prompts,
    RefusalTokens tokens) {

  /// Prints the document, or tables and the verdict on the best layer.
  void print(Console console, String model, boolean json) {
    if (json) {
      console.json(document(model));
      return;
    }
    for (Label label : result.counts().keySet()) {
      console.line(
          "refusal log-odds, mean of %d %s prompts (in brackets: a random direction of equal length)"
              .formatted(result.counts().get(label), label.id()));
      table(label).print(console);
      console.line("");
    }
    console.line(verdict());
    if (!inversion.isEmpty()) {
      console.line("");
      console.line("reply inversion: logit of \"Certainly\" minus \"No\" (share of yes)");
      inversionTable().print(console);
    }
  }

  private Table table(Label label) {
    double sign = label == Label.HARMLESS ? 1 : -1;
    List<String> headings = new ArrayList<>(List.of("layer"));
    grid.coefficients().forEach(c -> headings.add(signed(sign * c)));
    Table table = new Table(headings.toArray(String[]::new));
    for (int layer : grid.layers()) {
      List<String> cells = new ArrayList<>(List.of(Integer.toString(layer)));
      for (double coefficient : grid.coefficients()) {
        cells.add(cell(layer, coefficient == 0 ? 0 : sign * coefficient, label));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private String cell(int layer, double coefficient, Label label) {
    String value =
        Numbers.fixed(
            result.at(layer, coefficient, SteerSweep.Added.DIRECTION, label).orElse(Double.NaN), 2);
    return coefficient == 0
        ? value
        : "%s (%s)"
            .formatted(
                value,
                Numbers.fixed(
                    result
                        .at(layer, coefficient, SteerSweep.Added.RANDOM, label)
                        .orElse(Double.NaN),
                    2));
  }

  private static String signed(double coefficient) {
    return coefficient == 0 ? "c = 0" : String.format(Locale.ROOT, "c = %+.3g", coefficient);
  }

  private String verdict() {
    Optional<Integer> best = result.bestLayer();
    return best.map(
            layer ->
                "best layer for %s: %d; log-odds of harmless prompts %s, %s a random direction"
                    .formatted(
                        direction,
                        layer,
                        result.rises(layer)
                            ? "rise with every coefficient"
                            : "do not rise with every coefficient",
                        result.beatsRandom(layer) ? "more than for" : "not always more than for"))
        .orElse("no positive coefficient, so there is no best layer");
  }

  private Table inversionTable() {
    Table table = new Table("prompts", "layer", "added", "c", "difference", "yes");
    for (ReplyInversion.Point point : inversion) {
      table.row(
          point.prompts().id(),
          point.layer() < 0 ? "-" : Integer.toString(point.layer()),
          point.added().name().toLowerCase(Locale.ROOT),
          String.format(Locale.ROOT, "%+.0f", point.coefficient()),
          Numbers.fixed(point.logitDifference(), 2),
          Numbers.fixed(point.yesShare(), 2));
    }
    return table;
  }

  private Map<String, @Nullable Object> document(String model) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("model", model);
    document.put("direction", direction);
    document.put("prompts", prompts);
    document.put("refusalTokens", RefusalTokenOptions.document(tokens));
    document.put("layers", grid.layers());
    document.put("coefficients", grid.coefficients());
    document.put("seed", grid.seed());
    Map<String, @Nullable Object> untouched = new LinkedHashMap<>();
    result.untouched().forEach((label, value) -> untouched.put(label.id(), Numbers.json(value)));
    document.put("untouched", untouched);
    document.put("points", result.points().stream().map(SweepReport::map).toList());
    document.put("best", result.bestLayer().map(this::best).orElse(null));
    if (!inversion.isEmpty()) {
      document.put("replyInversion", inversion.stream().map(SweepReport::map).toList());
    }
    return document;
  }

  private Map<String, @Nullable Object> best(int layer) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("layer", layer);
    map.put("rises", result.rises(layer));
    map.put("beatsRandom", result.beatsRandom(layer));
    return map;
  }

  private static Map<String, @Nullable Object> map(SteerSweep.Point point) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("layer", point.layer());
    map.put("coefficient", point.coefficient());
    map.put("added", point.added().name().toLowerCase(Locale.ROOT));
    map.put("label", point.prompts().id());
    map.put("refusalLogOdds", Numbers.json(point.refusalLogOdds()));
    return map;
  }

  private static Map<String, @Nullable Object> map(ReplyInversion.Point point) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("layer", point.layer() < 0 ? null : point.layer());
    map.put("coefficient", point.coefficient());
    map.put("added", point.added().name().toLowerCase(Locale.ROOT));
    map.put("label", point.prompts().id());
    map.put("logitDifference", Numbers.json(point.logitDifference()));
    map.put("yesShare", Numbers.json(point.yesShare()));
    map.put("n", point.n());
    return map;
  }
}
