package org.demur.harden.finetune;

import java.util.List;
import java.util.function.IntConsumer;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.Centre;
import org.demur.directions.DirectionTable;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.Extraction;
import org.demur.directions.ModelFingerprint;
import org.demur.guard.CentroidSet;
import org.demur.guard.GuardPass;
import org.demur.guard.GuardSettings;
import org.demur.guard.LatentGuard;
import org.demur.guard.ScoredPrompt;
import org.demur.guard.ThresholdCalibration;
import org.demur.harden.HardeningProgress;
import org.demur.model.Speaker;

/// Reads a model's belief of harmfulness: fits a guard, scores prompts, takes directions.
///
/// Guards are fitted and calibrated on pairs of the train and the validation split and scored on
/// pairs of the test split, harmful requests against their harmless twins.
///
/// **Source.** Zhao et al. 2025, sections 2 to 5.
final class Belief {
  /// Harmless validation prompts that a guard may flag (our bound, as in `demur guard fit`).
  private static final double FALSE_POSITIVE_RATE = 0.05;

  /// A guard with the harmfulness direction that its centroids give.
  ///
  /// @param guard with its threshold
  /// @param direction difference of its centroids at t_inst, `[1, row, dModel]`
  record Fitted(LatentGuard guard, DirectionTable direction) {}

  private final Speaker speaker;
  private final PromptSet pairs;
  private final PromptSet against;
  private final ModelFingerprint fingerprint;
  private final HardeningProgress progress;

  /// @param pairs harmful prompts with their twins, of all splits
  /// @param against harmful and everyday train prompts for the refusal direction
  Belief(
      Speaker speaker,
      PromptSet pairs,
      PromptSet against,
      ModelFingerprint fingerprint,
      HardeningProgress progress) {
    this.speaker = speaker;
    this.progress = progress;
    this.pairs = pairs;
    this.against = against;
    this.fingerprint = fingerprint;
  }

  /// Fits a guard on the model as it is now.
  ///
  /// @param state of the model, for the progress
  Fitted fit(String state) {
    GuardPass pass = new GuardPass(speaker.model(), fingerprint);
    EncodedPrompts train = encoded(pairs.in(Split.TRAIN));
    EncodedPrompts validation = encoded(pairs.in(Split.VALIDATION));
    IntConsumer told = counting(state + ": guard", train.size() + validation.size());
    CentroidSet centroids = pass.centroids(train, told);
    LatentGuard guard = new LatentGuard(centroids, GuardSettings.PUBLISHED);
    double[] harmless =
        pass.score(guard, validation, done -> told.accept(train.size() + done)).stream()
            .filter(one -> !one.harmful())
            .mapToDouble(one -> one.score().score())
            .toArray();
    double threshold = ThresholdCalibration.of(harmless, FALSE_POSITIVE_RATE).threshold();
    return new Fitted(
        new LatentGuard(centroids, GuardSettings.PUBLISHED.withThreshold(threshold)),
        centroids.direction());
  }

  /// Scores the test pairs on the model as it is now, in the same order every time.
  List<ScoredPrompt> score(String state, LatentGuard guard) {
    EncodedPrompts test = encoded(pairs.in(Split.TEST));
    return new GuardPass(speaker.model(), fingerprint)
        .score(guard, test, counting(state + ": belief of harmfulness", test.size()));
  }

  /// The difference of harmful and everyday train prompts at the last token, `[1, row, dModel]`.
  DirectionTable refusalDirection(String state) {
    EncodedPrompts prompts = encoded(against);
    IntConsumer told = counting(state + ": refusal direction", prompts.size());
    DirectionTable all = Extraction.run(speaker.model(), prompts, Centre.MEAN, told).refusal();
    return all.part(all.spots() - 1, all.spots());
  }

  private IntConsumer counting(String stage, int total) {
    progress.at(stage, 0, total);
    return done -> progress.at(stage, done, total);
  }

  private EncodedPrompts encoded(PromptSet set) {
    return EncodedPrompts.of(
        set, speaker.encoder(), false, speaker.model().architecture().longestRow());
  }
}
