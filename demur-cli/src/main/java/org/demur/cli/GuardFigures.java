package org.demur.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.guard.GuardEvaluation;
import org.demur.stats.Estimate;
import org.demur.stats.Proportion;
import org.jspecify.annotations.Nullable;

/// Shows how well a guard tells prompts apart.
final class GuardFigures {
  private static final double CONFIDENCE = GuardEvaluation.CONFIDENCE;

  private GuardFigures() {}

  /// The figures for machines.
  static Map<String, @Nullable Object> document(GuardEvaluation found) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("auroc", Numbers.json(found.auroc()));
    document.put("tprAt1Fpr", Numbers.json(found.detectedAt1(), CONFIDENCE));
    document.put("tprAt5Fpr", Numbers.json(found.detectedAt5(), CONFIDENCE));
    document.put("atZero", document(found.atZero()));
    document.put("atThreshold", document(found.atThreshold()));
    List<Map<String, @Nullable Object>> categories = new ArrayList<>();
    for (GuardEvaluation.Category category : found.categories()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("category", category.name());
      map.put("detected", Numbers.json(category.detected(), CONFIDENCE));
      map.put("falseFlags", Numbers.json(category.falseFlags(), CONFIDENCE));
      map.put("auroc", category.auroc().orElse(null));
      categories.add(map);
    }
    document.put("categories", categories);
    return document;
  }

  private static Map<String, @Nullable Object> document(GuardEvaluation.AtThreshold at) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("threshold", at.threshold());
    map.put("accuracy", Numbers.json(at.correct(), CONFIDENCE));
    map.put("detected", Numbers.json(at.detected(), CONFIDENCE));
    map.put("falseFlags", Numbers.json(at.falseFlags(), CONFIDENCE));
    return map;
  }

  /// The figures for people.
  static void print(GuardEvaluation found, Console console) {
    console.line("AUROC " + estimate(found.auroc()));
    console.line("detected at 1 % false flags: " + rate(found.detectedAt1()));
    console.line("detected at 5 % false flags: " + rate(found.detectedAt5()));
    console.line("");
    Table table = new Table("threshold", "accuracy", "detected", "false flags");
    for (GuardEvaluation.AtThreshold at : List.of(found.atZero(), found.atThreshold())) {
      table.row(
          Numbers.fixed(at.threshold(), 5),
          rate(at.correct()),
          rate(at.detected()),
          rate(at.falseFlags()));
    }
    table.print(console);
    if (found.categories().isEmpty()) {
      return;
    }
    console.line("");
    Table categories = new Table("category", "detected", "false flags", "AUROC");
    for (GuardEvaluation.Category category : found.categories()) {
      categories.row(
          category.name(),
          rate(category.detected()),
          rate(category.falseFlags()),
          category.auroc().map(value -> Numbers.fixed(value, 2)).orElse("too few"));
    }
    categories.print(console);
  }

  /// An area under a curve with its interval.
  static String estimate(Estimate auroc) {
    return "%s [%s, %s], n = %d"
        .formatted(
            Numbers.fixed(auroc.value(), 3),
            Numbers.fixed(auroc.interval().low(), 3),
            Numbers.fixed(auroc.interval().high(), 3),
            auroc.n());
  }

  private static String rate(Proportion proportion) {
    return Numbers.rate(proportion, CONFIDENCE);
  }
}
