package org.demur.train;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The model card of a trained adapter, as Markdown with the metadata that model hubs read.
public final class AdapterCard {
  private static final String LIMITS = "\n## Limits\n";
  private static final String PEFT = "library_name: peft\n";

  private AdapterCard() {}

  /// Writes the card.
  ///
  /// @param base name of the model that it belongs to
  /// @param configuration everything that decided about the result
  /// @param data one line about the rows
  /// @param steps what each step did
  public static String of(
      String base,
      Map<String, String> configuration,
      String data,
      List<Map<String, Object>> steps) {
    StringBuilder card = new StringBuilder();
    card.append("---\nbase_model: ")
        .append(base)
        .append("\n")
        .append(PEFT)
        .append("tags:\n- refusal\n- safety\n---\n\n");
    card.append("# Refusal adapter for ").append(base).append("\n\n");
    card.append("Trained with Demur: ").append(method(configuration)).append(".\n");
    card.append("\n## Data\n\n")
        .append(data)
        .append("\n\n## Settings\n\n| setting | value |\n|---|---|\n");
    configuration.forEach((name, value) -> card.append("| %s | %s |\n".formatted(name, value)));
    card.append("\n## Training\n\n| step | loss | harmful | utility |\n|---|---|---|---|\n");
    for (int place : shown(steps.size())) {
      Map<String, Object> step = steps.get(place);
      card.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  step.get("step"),
                  number(step, "loss"),
                  number(step, "harmful_loss"),
                  number(step, "utility_loss")));
    }
    card.append(LIMITS)
        .append(
            """

        A small adapter trained on few prompts: it is meant for research on how models refuse. Nothing here says how often
        the model refuses, whom it refuses wrongly, or which attacks it withstands; `demur audit MODEL --adapter DIR` and
        `demur compare` measure that.
        """);
    return card.toString();
  }

  private static String method(Map<String, String> configuration) {
    String name = configuration.getOrDefault("method", "");
    return HardeningMethod.of(name)
        .map(method -> "%s (%s)".formatted(method.description(), method.label()))
        .orElse(name);
  }

  /// A card with a section of results before its limits.
  ///
  /// @param results Markdown that ends in a line feed
  public static String withResults(String card, String results) {
    int limits = card.indexOf(LIMITS);
    return limits < 0
        ? card + "\n" + results
        : card.substring(0, limits) + "\n" + results + card.substring(limits);
  }

  /// The card of the model that an adapter was merged into.
  public static String merged(String card) {
    return card.replace(PEFT, "library_name: transformers\n")
        .replace("# Refusal adapter for ", "# Refusal training merged into ");
  }

  /// The first step, the last, and some between.
  private static List<Integer> shown(int count) {
    return count == 0
        ? List.of()
        : java.util.stream.IntStream.rangeClosed(0, 5)
            .map(part -> (count - 1) * part / 5)
            .distinct()
            .boxed()
            .toList();
  }

  private static String number(Map<String, Object> step, String name) {
    return step.get(name) instanceof Double value ? String.format(Locale.ROOT, "%.4f", value) : "-";
  }
}
