package org.demur.directions;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.model.LanguageModel;

/// Differences in means, harmful minus harmless prompts: at t_inst (the harmfulness direction, also
/// one for each category), and at every post-instruction token (candidates for a refusal
/// direction).
///
/// **Shapes.** Tables `[spot, row, dModel]`, rows as in [ResidualRow]. Nothing is normalised.
///
/// **Source.** Zhao et al. 2025, equation 5; Arditi et al. 2024.
///
/// @param harmfulness at t_inst, one spot
/// @param categories the same for the harmful prompts of each category, by name, minus the harmless
///   prompts of that category (twins), so that the topic does not count; minus all harmless
///   prompts, as in the paper, where a category has no harmless ones
/// @param refusal at the post-instruction tokens, first to last
/// @param counts number of prompts: `harmful`, `harmless`, `category.NAME`
public record Extraction(
    DirectionTable harmfulness,
    SequencedMap<String, DirectionTable> categories,
    DirectionTable refusal,
    SequencedMap<String, Integer> counts) {
  /// Copies the maps.
  public Extraction {
    categories = new LinkedHashMap<>(categories);
    counts = new LinkedHashMap<>(counts);
  }

  /// Runs the prompts and computes all directions.
  ///
  /// @param prompts of both labels
  /// @param centre what stands for the mean
  /// @param progress is told how many prompts are done
  /// @throws org.demur.data.DataException when there are no prompts of a label
  public static Extraction run(
      LanguageModel model, EncodedPrompts prompts, Centre centre, IntConsumer progress) {
    prompts.set().requireBothLabels();
    ResidualReader reader = new ResidualReader(model);
    int dModel = model.architecture().dimensions().dModel();
    int spots = prompts.nPost() + 1;
    Cloud harmful = new Cloud(centre, spots, reader.rows(), dModel);
    Cloud harmless = new Cloud(centre, spots, reader.rows(), dModel);
    Map<String, Cloud> categories = new TreeMap<>();
    Map<String, Cloud> twins = new TreeMap<>();
    int[] done = {0};
    reader.read(
        prompts.tokens(),
        Spots.all(prompts.nPost()),
        (index, row, logits) -> {
          LabelledPrompt prompt = prompts.source(index);
          boolean isHarmful = prompt.label() == Label.HARMFUL;
          (isHarmful ? harmful : harmless).add(row);
          if (prompt.category().isPresent()) {
            (isHarmful ? categories : twins)
                .computeIfAbsent(
                    prompt.category().get(), name -> new Cloud(centre, 1, reader.rows(), dModel))
                .add(row.at(0));
          }
          progress.accept(++done[0]);
        });
    return of(harmful, harmless, categories, twins);
  }

  private static Extraction of(
      Cloud harmful, Cloud harmless, Map<String, Cloud> categories, Map<String, Cloud> twins) {
    DirectionTable low = harmless.middle();
    DirectionTable all = harmful.middle().minus(low);
    DirectionTable lowAtTInst = low.part(0, 1);
    SequencedMap<String, DirectionTable> byCategory = new LinkedHashMap<>();
    SequencedMap<String, Integer> counts = new LinkedHashMap<>();
    counts.put(Label.HARMFUL.id(), harmful.count());
    counts.put(Label.HARMLESS.id(), harmless.count());
    categories.forEach(
        (name, cloud) -> {
          Cloud own = twins.get(name);
          byCategory.put(name, cloud.middle().minus(own == null ? lowAtTInst : own.middle()));
          counts.put("category." + name, cloud.count());
        });
    return new Extraction(all.part(0, 1), byCategory, all.part(1, all.spots()), counts);
  }

  /// The directions by the names of [StoredDirections], `[row, dModel]` each.
  public SequencedMap<String, DirectionFile.Vectors> vectors() {
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    vectors.put(StoredDirections.HARMFULNESS, rows(harmfulness, 0));
    categories.forEach(
        (name, table) -> vectors.put(StoredDirections.CATEGORY + name, rows(table, 0)));
    for (int spot = 0; spot < refusal.spots(); spot++) {
      vectors.put(StoredDirections.POST + (spot - refusal.spots()), rows(refusal, spot));
    }
    return vectors;
  }

  private static DirectionFile.Vectors rows(DirectionTable table, int spot) {
    return DirectionFile.Vectors.perRow(table.rows(), table.rowsOf(spot));
  }
}
