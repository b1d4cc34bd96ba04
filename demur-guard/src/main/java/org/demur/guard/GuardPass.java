package org.demur.guard;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.demur.data.Label;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.ModelFingerprint;
import org.demur.directions.ResidualReader;
import org.demur.directions.Spots;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;

/// Runs prompts through a model to fit a guard or to score them at t_inst.
public final class GuardPass {
  private final LanguageModel model;
  private final ModelFingerprint fingerprint;

  /// Makes passes of a model, with the adapters that are on.
  ///
  /// @param fingerprint hashes of this model, its adapters and template
  public GuardPass(LanguageModel model, ModelFingerprint fingerprint) {
    this.model = model;
    this.fingerprint = fingerprint;
  }

  /// Deals labelled prompts into folds for a cross-validation.
  ///
  /// @param count number of folds
  /// @throws GuardException with [org.demur.core.ErrorCode#USAGE] when a label has fewer prompts
  ///   than there are folds
  public GuardFolds folds(EncodedPrompts prompts, int count, long seed) {
    return new GuardFolds(model, this, prompts, count, seed);
  }

  /// Centroids of harmful and harmless prompts, and of the harmful ones of each category.
  ///
  /// @param progress is told how many prompts are done
  /// @throws org.demur.data.DataException when there are no prompts of a label
  public CentroidSet centroids(EncodedPrompts prompts, IntConsumer progress) {
    prompts.set().requireBothLabels();
    CentroidSet centroids = empty();
    int[] done = {0};
    new ResidualReader(model)
        .read(
            prompts.tokens(),
            Spots.T_INST,
            (index, row, logits) -> {
              if (prompts.source(index).label() == Label.HARMFUL) {
                centroids.addPositive(row, prompts.source(index).category().orElse(null));
              } else {
                centroids.addNegative(row);
              }
              progress.accept(++done[0]);
            });
    return centroids;
  }

  /// A set without prompts, for this model.
  CentroidSet empty() {
    return new CentroidSet(fingerprint);
  }

  /// Scores labelled prompts, in their order.
  ///
  /// @param progress is told how many prompts are done
  public List<ScoredPrompt> score(LatentGuard guard, EncodedPrompts prompts, IntConsumer progress) {
    List<GuardScore> scores = score(guard, prompts.tokens(), progress);
    return IntStream.range(0, scores.size())
        .mapToObj(index -> new ScoredPrompt(prompts.source(index), scores.get(index)))
        .toList();
  }

  /// Scores prompts without labels, in their order.
  ///
  /// @param progress is told how many prompts are done
  public List<GuardScore> score(LatentGuard guard, List<Prompt> prompts, IntConsumer progress) {
    GuardScore[] scores = new GuardScore[prompts.size()];
    int[] done = {0};
    new ResidualReader(model)
        .read(
            prompts,
            Spots.T_INST,
            (index, row, logits) -> {
              scores[index] = guard.score(row, 0);
              progress.accept(++done[0]);
            });
    return Arrays.asList(scores);
  }
}
