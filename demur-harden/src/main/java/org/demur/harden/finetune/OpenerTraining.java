package org.demur.harden.finetune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.demur.core.ErrorCode;
import org.demur.harden.HardeningProgress;
import org.demur.model.LanguageModel;
import org.demur.model.Usage;
import org.demur.tensor.AdamWRule;
import org.demur.train.AdapterOptimiser;
import org.demur.train.LossWeighting;
import org.demur.train.TrainException;
import org.demur.train.TrainingRow;
import org.demur.train.TrainingSession;

/// Trains an adapter on rows, without checkpoints: what is trained here is never kept.
public final class OpenerTraining {
  private static final TrainingSession.Arithmetic ARITHMETIC =
      new TrainingSession.Arithmetic(LossWeighting.SIDES, 1.0, false);

  /// A step.
  ///
  /// @param openers cross-entropy of the openers before it, nats per token
  /// @param utility cross-entropy of the model's own replies; NaN without utility rows
  public record Step(double openers, double utility) {}

  /// What a training did.
  ///
  /// @param steps its steps
  /// @param usage passes and tokens of all steps
  /// @param seconds wall time of all steps
  public record Done(List<Step> steps, Usage usage, double seconds) {
    /// Copies the list.
    public Done {
      steps = List.copyOf(steps);
    }
  }

  private final LanguageModel model;
  private final FineTuneSettings settings;

  OpenerTraining(LanguageModel model, FineTuneSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  /// Takes all steps; the factors of the adapter are changed, nothing else is.
  ///
  /// @param adapter its name; it must be on
  /// @param progress is told of every step before it is taken
  /// @throws TrainException with `CHECK_FAILED` when loss or gradient is no number
  Done run(String adapter, OpenerRows rows, HardeningProgress progress) {
    Usage before = model.usage();
    long start = System.nanoTime();
    Deal openers = new Deal(rows.harmful(), settings.seed());
    Deal utility = new Deal(rows.utility(), settings.seed() + 1);
    List<Step> steps = new ArrayList<>();
    try (TrainingSession session =
        new TrainingSession(
            model, new AdapterOptimiser(model, adapter, AdamWRule.STANDARD), ARITHMETIC)) {
      for (int step = 0; step < settings.steps(); step++) {
        progress.at("fine-tuning on openers", step, settings.steps());
        List<TrainingRow> batch = new ArrayList<>(openers.next(settings.rowsPerStep()));
        batch.addAll(utility.next(settings.rowsPerStep()));
        TrainingSession.Part part = new TrainingSession.Part(batch, List.of(), settings.seed());
        TrainingSession.Taken taken = session.step(List.of(part), settings.learningRate());
        if (!taken.finite()) {
          throw new TrainException(
              ErrorCode.CHECK_FAILED,
              "the fine-tuning went astray at step %d of %d (loss %s, gradient %s)"
                  .formatted(
                      step + 1, settings.steps(), taken.loss().total(), taken.gradientNorm()));
        }
        steps.add(new Step(taken.loss().harmful(), taken.loss().utility()));
      }
    }
    return new Done(steps, model.usage().since(before), (System.nanoTime() - start) / 1e9);
  }

  /// Deals rows: every row once in an order of chance, then all again in another.
  private static final class Deal {
    private final List<TrainingRow> rows;
    private final Random random;
    private final List<TrainingRow> left = new ArrayList<>();

    Deal(List<TrainingRow> rows, long seed) {
      this.rows = rows;
      this.random = new Random(seed);
    }

    List<TrainingRow> next(int count) {
      List<TrainingRow> dealt = new ArrayList<>();
      while (!rows.isEmpty() && dealt.size() < count) {
        if (left.isEmpty()) {
          left.addAll(rows);
          Collections.shuffle(left, random);
        }
        dealt.add(left.removeLast());
      }
      return dealt;
    }
  }
}
