package org.demur.bench;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.adapter.LoraConfig;
import org.demur.tensor.AdamWRule;
import org.demur.train.AdapterOptimiser;
import org.demur.train.LossWeighting;
import org.demur.train.Side;
import org.demur.train.TrainingRow;
import org.demur.train.TrainingSession;

/// Steps of a training: a new adapter of rank 16 on all linear maps of the blocks, AdamW, a bounded
/// gradient; the second half of every row is learnt.
///
/// **Ownership.** Owns adapter and moments until it is closed; the model is then as it was.
final class TrainingSteps implements AutoCloseable {
  private static final String ADAPTER = "benchmark";
  private static final int RANK = 16;
  private static final double ALPHA = 32;
  private static final double RATE = 1e-5;

  private final LanguageModel model;
  private final List<String> others;
  private final TrainingSession session;
  private final TrainingSession.Part part;

  TrainingSteps(LanguageModel model, List<Prompt> rows) {
    this.model = model;
    this.others = model.adapters().active();
    model
        .adapters()
        .create(
            ADAPTER,
            LoraConfig.of(RANK, ALPHA, 0),
            model.adapters().targets(),
            new SplittableRandom(1));
    model.adapters().activate(List.of(ADAPTER));
    session =
        new TrainingSession(
            model,
            new AdapterOptimiser(model, ADAPTER, AdamWRule.STANDARD),
            new TrainingSession.Arithmetic(LossWeighting.TOKENS, 1.0, false));
    part = new TrainingSession.Part(rows.stream().map(TrainingSteps::row).toList(), List.of(), 0);
  }

  private static TrainingRow row(Prompt prompt) {
    boolean[] learnt = new boolean[prompt.length()];
    Arrays.fill(learnt, firstLearnt(prompt.length()), learnt.length, true);
    return new TrainingRow(prompt, learnt, Side.UTILITY);
  }

  private static int firstLearnt(int length) {
    return Math.max(1, length / 2);
  }

  /// Learnt tokens of rows.
  static long learnt(List<Prompt> rows) {
    return rows.stream().mapToLong(row -> row.length() - firstLearnt(row.length())).sum();
  }

  /// Takes a step and gives the loss before it, nats a token.
  double step() {
    return session.step(List.of(part), RATE).loss().total();
  }

  @Override
  public void close() {
    session.close();
    model.adapters().activate(others);
    model.adapters().unload(ADAPTER);
  }
}
