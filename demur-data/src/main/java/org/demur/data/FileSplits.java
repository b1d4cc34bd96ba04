package org.demur.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.demur.core.Hashes;

/// Makes a set of two files.
final class FileSplits {
  private static final double TRAIN_SHARE = 0.4;
  private static final double VALIDATION_SHARE = 0.2;
  private static final int FEWEST_TEXTS = Split.values().length;

  private FileSplits() {}

  static PromptSet read(Path harmful, Path harmless, ReadOptions options, long seed) {
    List<PromptText> bad = PromptFiles.read(harmful, options);
    List<PromptText> good = PromptFiles.read(harmless, options);
    checkDisjoint(harmful, bad, harmless, good);
    List<LabelledPrompt> prompts = new ArrayList<>(bad.size() + good.size());
    prompts.addAll(labelled(harmful, bad, Label.HARMFUL, seed));
    prompts.addAll(labelled(harmless, good, Label.HARMLESS, seed));
    return PromptSet.of(harmful.getFileName() + " and " + harmless.getFileName(), prompts);
  }

  private static List<LabelledPrompt> labelled(
      Path file, List<PromptText> texts, Label label, long seed) {
    Map<String, Split> splits = splits(file, texts, label, seed);
    return texts.stream()
        .map(
            prompt ->
                new LabelledPrompt(
                    prompt.id() + "/" + label.id(),
                    prompt.text(),
                    label,
                    prompt.category(),
                    Optional.empty(),
                    Objects.requireNonNull(splits.get(NormalisedText.of(prompt.text())))))
        .toList();
  }

  /// The split of each normalised text. They are ordered by a hash of seed and text, which is a
  /// shuffle that depends on neither the order of the file nor a random generator's version.
  private static Map<String, Split> splits(
      Path file, List<PromptText> texts, Label label, long seed) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    texts.forEach(prompt -> counts.merge(NormalisedText.of(prompt.text()), 1, Integer::sum));
    if (counts.size() < FEWEST_TEXTS) {
      throw DataException.content(
          "%s has %d different prompts; at least %d %s ones are needed, one for each split"
              .formatted(file, counts.size(), FEWEST_TEXTS, label.id()));
    }
    List<Placed> shuffled =
        counts.entrySet().stream()
            .map(
                entry ->
                    new Placed(
                        entry.getKey(),
                        entry.getValue(),
                        Hashes.ofText(seed + "\n" + entry.getKey())))
            .sorted(Comparator.comparing(Placed::hash))
            .toList();
    return cut(shuffled, texts.size());
  }

  /// @param rows how many rows have the text
  /// @param hash decides the order
  private record Placed(String text, int rows, String hash) {}

  /// Cuts after the shares of all rows, leaving at least one text to each split.
  private static Map<String, Split> cut(List<Placed> texts, int rows) {
    Map<String, Split> splits = new HashMap<>();
    int before = 0;
    for (int i = 0; i < texts.size(); i++) {
      double middle = (before + texts.get(i).rows() / 2.0) / rows;
      splits.put(texts.get(i).text(), forced(i, texts.size(), at(middle)));
      before += texts.get(i).rows();
    }
    if (!splits.containsValue(Split.VALIDATION)) {
      splits.put(texts.get(texts.size() - 2).text(), Split.VALIDATION);
    }
    return splits;
  }

  private static Split at(double share) {
    if (share < TRAIN_SHARE) {
      return Split.TRAIN;
    }
    return share < TRAIN_SHARE + VALIDATION_SHARE ? Split.VALIDATION : Split.TEST;
  }

  private static Split forced(int index, int size, Split split) {
    if (index == 0) {
      return Split.TRAIN;
    }
    return index == size - 1 ? Split.TEST : split;
  }

  private static void checkDisjoint(
      Path harmful, List<PromptText> bad, Path harmless, List<PromptText> good) {
    Map<String, String> ids = new HashMap<>();
    bad.forEach(prompt -> ids.putIfAbsent(NormalisedText.of(prompt.text()), prompt.id()));
    List<PromptText> shared =
        good.stream().filter(prompt -> ids.containsKey(NormalisedText.of(prompt.text()))).toList();
    if (!shared.isEmpty()) {
      PromptText first = shared.getFirst();
      throw DataException.content(
          "the same text is harmful in %s (prompt %s) and harmless in %s (prompt %s)%s"
              .formatted(
                  harmful,
                  ids.get(NormalisedText.of(first.text())),
                  harmless,
                  first.id(),
                  shared.size() == 1 ? "" : ", and %d more".formatted(shared.size() - 1)));
    }
  }
}
