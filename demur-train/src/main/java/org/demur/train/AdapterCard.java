package org.demur.train;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The model card of a trained adapter, as Markdown.
public final class AdapterCard {
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
    boolean ablated = "refat".equals(configuration.get("method"));
    card.append("# Refusal adapter for ").append(base).append("\n\n");
    card.append(
        ablated
            ? "Trained with Demur by ReFAT: refusal training in which the refusal direction of each layer, computed again as the model moves, is ablated on part of the harmful prompts (Yu et al. 2024).\n"
            : "Trained with Demur by plain refusal training.\n");
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
    card.append(
        """

        ## Limits

        A small adapter trained on few prompts: it is meant for research on how models refuse. Nothing here says how often
        the model refuses, whom it refuses wrongly, or which attacks it withstands; `demur audit MODEL --adapter DIR` and
        `demur compare` measure that.
        """);
    return card.toString();
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
