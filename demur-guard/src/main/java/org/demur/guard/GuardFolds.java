package org.demur.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.ResidualReader;
import org.demur.directions.ResidualRow;
import org.demur.directions.Spots;
import org.demur.model.LanguageModel;

/// Measures a guard by cross-validation: each prompt is scored with the centroids of the other
/// folds. Beside it the same with labels in another order inside each fold, whose AUROC must be
/// near 0.5.
///
/// Two passes over the prompts; the residual streams are not kept, so memory does not grow with
/// their number.
public final class GuardFolds {
  private final LanguageModel model;
  private final GuardPass pass;
  private final EncodedPrompts prompts;
  private final int[] folds;
  private final boolean[] shuffled;

  /// What was scored.
  ///
  /// @param scored each prompt with the centroids of the folds that it is not in
  /// @param shuffledPositive for the control: whether the prompt had the label harmful after
  ///   shuffling
  /// @param shuffledScores for the control: scores with centroids of the shuffled labels
  /// @param folds the fold of each prompt, from 0
  public record Scored(
      List<ScoredPrompt> scored,
      boolean[] shuffledPositive,
      double[] shuffledScores,
      int[] folds) {}

  /// Deals the prompts into folds: a harmful prompt and its twin into the same one, and each fold
  /// gets its share of both labels.
  ///
  /// @param count number of folds
  /// @param seed order of the prompts, and of the shuffled labels
  /// @throws GuardException with [ErrorCode#USAGE] when there are fewer than two folds or fewer
  ///   prompts of a label than folds
  GuardFolds(LanguageModel model, GuardPass pass, EncodedPrompts prompts, int count, long seed) {
    this.model = model;
    this.pass = pass;
    this.prompts = prompts;
    for (Label label : Label.values()) {
      int size = prompts.set().with(label).size();
      if (count < 2 || size < count) {
        throw new GuardException(
            ErrorCode.USAGE,
            "%d folds of %d %s prompts: there must be at least 2 folds, and a prompt of each label in each"
                .formatted(count, size, label.id()));
      }
    }
    this.folds = dealt(prompts, count, seed);
    this.shuffled = shuffled(prompts, folds, count, seed);
  }

  private static int[] dealt(EncodedPrompts prompts, int count, long seed) {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      LabelledPrompt prompt = prompts.source(i);
      groups.computeIfAbsent(prompt.pair().orElse(prompt.id()), key -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> order = new ArrayList<>(groups.values());
    Collections.shuffle(order, new Random(seed));
    int[] folds = new int[prompts.size()];
    Map<Label, Integer> dealt = new EnumMap<>(Label.class);
    for (List<Integer> group : order) {
      Label kind = prompts.source(group.getFirst()).label();
      int fold = (dealt.merge(kind, 1, Integer::sum) - 1) % count;
      group.forEach(index -> folds[index] = fold);
    }
    return folds;
  }

  /// Labels in another order inside of each fold: across folds a fold that got more of one label
  /// would leave fewer of it to the others, and the AUROC would fall below 0.5.
  private static boolean[] shuffled(EncodedPrompts prompts, int[] folds, int count, long seed) {
    boolean[] positive = new boolean[folds.length];
    for (int fold = 0; fold < count; fold++) {
      int held = fold;
      List<Integer> members =
          IntStream.range(0, folds.length).filter(index -> folds[index] == held).boxed().toList();
      List<Integer> donors = new ArrayList<>(members);
      Collections.shuffle(donors, new Random(seed + 1 + fold));
      for (int i = 0; i < members.size(); i++) {
        positive[members.get(i)] = prompts.source(donors.get(i)).label() == Label.HARMFUL;
      }
    }
    return positive;
  }

  /// The fold of each prompt, from 0.
  public int[] folds() {
    return folds.clone();
  }

  /// Runs both passes.
  ///
  /// @param settings how to score
  /// @param progress is told how many prompts are done, counting each twice
  public Scored run(GuardSettings settings, IntConsumer progress) {
    int count = Arrays.stream(folds).max().orElseThrow() + 1;
    CentroidSet[] truth = sets(count);
    CentroidSet[] control = sets(count);
    int[] done = {0};
    ResidualReader reader = new ResidualReader(model);
    reader.read(
        prompts.tokens(),
        Spots.T_INST,
        (index, row, logits) -> {
          add(truth, index, row, prompts.source(index).label() == Label.HARMFUL);
          add(control, index, row, shuffled[index]);
          progress.accept(++done[0]);
        });
    LatentGuard[] guards = guards(truth, settings);
    LatentGuard[] controls = guards(control, settings);
    GuardScore[] scores = new GuardScore[prompts.size()];
    double[] shuffledScores = new double[prompts.size()];
    reader.read(
        prompts.tokens(),
        Spots.T_INST,
        (index, row, logits) -> {
          scores[index] = guards[folds[index]].score(row, 0);
          shuffledScores[index] = controls[folds[index]].score(row, 0).score();
          progress.accept(++done[0]);
        });
    List<ScoredPrompt> scored =
        IntStream.range(0, scores.length)
            .mapToObj(index -> new ScoredPrompt(prompts.source(index), scores[index]))
            .toList();
    return new Scored(scored, shuffled.clone(), shuffledScores, folds.clone());
  }

  private CentroidSet[] sets(int count) {
    CentroidSet[] sets = new CentroidSet[count];
    Arrays.setAll(sets, fold -> pass.empty());
    return sets;
  }

  /// A prompt counts in every fold's guard but its own.
  private void add(CentroidSet[] sets, int index, ResidualRow row, boolean positive) {
    for (int fold = 0; fold < sets.length; fold++) {
      if (fold == folds[index]) {
        continue;
      }
      if (positive) {
        sets[fold].addPositive(row, null);
      } else {
        sets[fold].addNegative(row);
      }
    }
  }

  private static LatentGuard[] guards(CentroidSet[] sets, GuardSettings settings) {
    return Arrays.stream(sets)
        .map(set -> new LatentGuard(set, settings))
        .toArray(LatentGuard[]::new);
  }
}
