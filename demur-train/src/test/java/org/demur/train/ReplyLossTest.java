package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplyLossTest {
  private static final TrainingSession.Arithmetic PREDICTIONS =
      new TrainingSession.Arithmetic(LossWeighting.SIDES, 1.0, false, UtilityGoal.PREDICTIONS);
  private static final TrainingSession.Arithmetic REPLIES =
      new TrainingSession.Arithmetic(LossWeighting.SIDES, 1.0, false);

  @TempDir private Path folder;

  /// Two harmful rows, three harmless ones with predictions and one without.
  private static List<TrainingRow> rows(LanguageModel model) {
    TrainingData data = TinyTraining.data();
    List<TrainingRow> rows = new ArrayList<>(data.harmful().subList(0, 2));
    rows.addAll(TokenPredictions.added(model, data.utility().subList(0, 3)));
    rows.add(data.utility().get(3));
    return rows;
  }

  private static LossTerms gradients(
      LanguageModel model, List<TrainingRow> rows, TrainingSession.Arithmetic arithmetic) {
    return new ReplyPasses(model, arithmetic)
        .gradients(List.of(new TrainingSession.Part(rows, List.of(), 0)))
        .loss();
  }

  private void trainALittle(LanguageModel model) {
    try (Trainer trainer =
        TinyTraining.trainer(model, TinyTraining.plain(6), folder.resolve("start"), 9)) {
      trainer.run(report -> {});
    }
    model.adapters().parameters(TinyTraining.ADAPTER).values().forEach(f -> f.requireGrad(true));
  }

  @Test
  void theGradientOfTheDivergenceIsItsFiniteDifference() {
    try (LanguageModel model = TinyTraining.model(0)) {
      List<TrainingRow> rows = rows(model);
      trainALittle(model);
      List<Tensor> factors =
          List.copyOf(model.adapters().parameters(TinyTraining.ADAPTER).values());
      gradients(model, rows, PREDICTIONS);
      List<float[]> gradients = TinyTraining.takenGradients(factors);
      double square = TinyTraining.square(gradients);
      double step = 1e-2 / Math.sqrt(square);
      TinyTraining.move(factors, gradients, step);
      double up = gradients(model, rows, PREDICTIONS).total();
      TinyTraining.move(factors, gradients, -2 * step);
      double down = gradients(model, rows, PREDICTIONS).total();
      assertThat((up - down) / (2 * step)).isCloseTo(square, within(0.03 * square));
    }
  }

  @Test
  void itIsTheMeanDivergenceOfPredictionsAndTheCrossEntropyOfRowsWithoutThem() {
    try (LanguageModel model = TinyTraining.model(0)) {
      List<TrainingRow> rows = rows(model);
      trainALittle(model);
      LossTerms now = gradients(model, rows, PREDICTIONS);
      LossTerms replies = gradients(model, rows, REPLIES);
      assertThat(now.harmful()).isCloseTo(replies.harmful(), within(1e-5));
      assertThat(now.utility()).isCloseTo(replies.utility(), within(1e-5));
      assertThat(replies.terms()).doesNotContainKey(LossTerm.DIVERGENCE);

      double divergence = 0;
      int compared = 0;
      List<TrainingRow> again = TokenPredictions.added(model, rows);
      for (TrainingRow row : rows.subList(2, 5)) {
        divergence += divergence(model, row);
        compared += row.learntTokens();
      }
      assertThat(again).hasSize(rows.size());
      assertThat(now.term(LossTerm.DIVERGENCE)).isCloseTo(divergence / compared, within(1e-5));
      LossTerms last = gradients(model, rows.subList(5, 6), REPLIES);
      double learnt = compared + last.tokens();
      assertThat(now.total())
          .isCloseTo(
              now.harmful() + (10 * divergence + last.utility() * last.tokens()) / learnt,
              within(1e-4));
    }
  }

  /// The divergence of a row from its definition, with the cross-entropy of every token that has a
  /// prediction as the only label of a row.
  private static double divergence(LanguageModel model, TrainingRow row) {
    TokenPredictions before = row.before().orElseThrow();
    int[] at = row.predicting();
    double sum = 0;
    for (int token = 0; token < at.length; token++) {
      for (int i = 0; i < before.width(); i++) {
        double share = before.probabilities()[token * before.width() + i];
        int[] ids = row.prompt().ids().clone();
        ids[at[token] + 1] = before.ids()[token * before.width() + i];
        boolean[] learnt = new boolean[ids.length];
        learnt[at[token] + 1] = true;
        TrainingRow single =
            new TrainingRow(new Prompt(ids, row.prompt().promptLength(), -1), learnt, Side.UTILITY);
        sum += share * (Math.log(share) + gradients(model, List.of(single), REPLIES).utility());
      }
    }
    return sum;
  }

  @Test
  void aModelThatDidNotMoveDoesNotDiverge() {
    try (LanguageModel model = TinyTraining.model(0)) {
      List<TrainingRow> rows = rows(model);
      model.adapters().parameters(TinyTraining.ADAPTER).values().forEach(f -> f.requireGrad(true));
      LossTerms now = gradients(model, rows, PREDICTIONS);
      // all of its 96 tokens are kept
      assertThat(now.term(LossTerm.DIVERGENCE)).isCloseTo(0, within(1e-5));
      assertThat(now.utility()).isGreaterThan(3);
    }
  }

  @Test
  void whatHasPredictionsLearnsThemOnlyWhereTheGoalSaysSo() {
    assertThat(TinyTraining.plain(2).keeping(UtilityGoal.PREDICTIONS).configuration())
        .containsEntry("utility", "PREDICTIONS, weight 10.0");
    assertThat(TinyTraining.plain(2).configuration())
        .containsEntry("utility", "REPLIES, weight 1.0");
    assertThatThrownBy(
            () ->
                TinyTraining.plain(2).with(CatSettings.PUBLISHED).keeping(UtilityGoal.PREDICTIONS))
        .hasMessageContaining("cat learns replies, not predictions");
    TrainingSettings refat =
        HardeningProfile.QUICK.settings(HardeningMethod.REFAT, Optional.of(4), 1);
    assertThat(refat.arithmetic().utility()).isEqualTo(UtilityGoal.REPLIES);
    assertThat(refat.keeping(UtilityGoal.PREDICTIONS).configuration())
        .containsEntry("utility", "PREDICTIONS, weight 10.0");
  }

  @Test
  void predictionsThatDoNotFitARowAreNamed() {
    TrainingRow row = TinyTraining.data().utility().getFirst();
    TokenPredictions one = new TokenPredictions(2, new int[] {3, 4}, new float[] {.5f, .5f});
    assertThat(one.entropy(0)).isCloseTo(Math.log(2), within(1e-6));
    assertThatThrownBy(() -> row.predicted(one))
        .hasMessageContaining("a row that learns 2 tokens has predictions of 1");
    assertThatThrownBy(() -> new TokenPredictions(2, new int[] {3}, new float[] {1}))
        .hasMessageContaining("1 tokens with 1 probabilities");
  }
}
