package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.demur.attacks.BallSettings;
import org.demur.model.LanguageModel;
import org.demur.model.Usage;
import org.demur.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows through the model are those of the cost models of the papers, and terms of weight zero cost
/// nothing.
class CostModelTest {
  private static final int EACH = 3;

  @TempDir private Path folder;

  private List<StepReport> reports(MethodSettings method, int steps) {
    List<StepReport> reports = new ArrayList<>();
    TinyTraining.trained(
        TrainingSettings.plain(steps, EACH, 1e-3).seeded(4).with(method), folder, reports::add);
    return reports;
  }

  private static long sum(List<StepReport> reports, ToLongFunction<Usage> count) {
    return reports.stream().map(StepReport::usage).mapToLong(count).sum();
  }

  @Test
  void refatRunsTwoGroupsOfPromptsForEachRefresh() {
    List<StepReport> reports = reports(RefatSettings.PUBLISHED.refreshing(4, 5), 9);
    long prompts = reports.stream().mapToLong(report -> report.refreshUsage().forwardRows()).sum();
    assertThat(prompts).isEqualTo((long) Math.ceil(9 / 4.0) * 2 * 5);
    assertThat(sum(reports, Usage::forwardRows)).isEqualTo(prompts + 9 * 2 * EACH);
    assertThat(sum(reports, Usage::backwardRows)).isEqualTo(9 * 2 * EACH);
  }

  /// The openers have two and three tokens.
  @Test
  void rowsBehindAnOpenerAreLongerByIt() {
    RefatSettings plain = RefatSettings.PUBLISHED.refreshing(4, 5);
    int rows = 9 * 2 * EACH;
    long without = sum(reports(plain, 9), Usage::tokens);
    assertThat(sum(reports(plain.opening(1), 9), Usage::tokens) - without)
        .isBetween(2L * rows + 1, 3L * rows - 1);
    assertThat(sum(reports(plain.opening(0.5), 9), Usage::tokens) - without)
        .isBetween(rows / 2L, 2L * rows);
  }

  @Test
  void catTakesTwelveForwardAndBackwardRowsForAnAttackedRequest() {
    CatSettings settings = CatSettings.PUBLISHED;
    int attacked = settings.attacked(2 * EACH);
    assertThat(attacked).isEqualTo(1);
    assertThat(settings.attacked(64)).isEqualTo(8);
    List<StepReport> reports = reports(settings, 2);
    long rows = 12L * attacked + (2 * EACH - attacked);
    assertThat(sum(reports, Usage::forwardRows)).isEqualTo(2 * rows);
    assertThat(sum(reports, Usage::backwardRows)).isEqualTo(2 * rows);
    assertThat(reports.getFirst().refreshUsage().backwardPasses()).isEqualTo(10);
    assertThat(reports.getFirst().ablatedRows()).isEqualTo(2 * attacked);
  }

  @Test
  void capoTakesTheSameAndTheModelOfTheStartOnce() {
    List<StepReport> reports = reports(CapoSettings.PUBLISHED, 2);
    assertThat(sum(reports, Usage::forwardRows)).isEqualTo(2L * EACH * (12 + 2));
    assertThat(sum(reports, Usage::backwardRows)).isEqualTo(2L * EACH * 12);
  }

  @Test
  void anAdapterThatChangesNothingYetPrefersWhatTheStartDid() {
    BallSettings gentle = new BallSettings(1e-9, 1, 1e-12, false);
    // no token is so unlikely that it counts as 0
    CapoSettings settings = new CapoSettings(gentle, 0.25, -1e3);
    double first = reports(settings, 1).getFirst().loss().term(LossTerm.PREFERENCE);
    assertThat(first).isCloseTo(Math.pow(1 / (2 * 0.25), 2), within(1e-4));
  }

  @Test
  void anAdapterThatWasTrainedBeforeIsComparedWithItselfAtTheStart() {
    CapoSettings settings = new CapoSettings(new BallSettings(1e-9, 1, 1e-12, false), 0.25, -1e3);
    try (LanguageModel model = TinyTraining.model(0)) {
      List<StepReport> first = new ArrayList<>();
      try (Trainer rt =
          TinyTraining.trainer(model, TinyTraining.plain(6), folder.resolve("a"), 9)) {
        rt.run(report -> {});
      }
      TrainingSettings capo = TinyTraining.plain(1).with(settings);
      try (Trainer trainer = TinyTraining.trainer(model, capo, folder.resolve("b"), 9)) {
        assertThat(model.adapters().names()).hasSize(2);
        trainer.run(first::add);
      }
      assertThat(first.getFirst().loss().term(LossTerm.PREFERENCE))
          .isCloseTo(Math.pow(1 / (2 * 0.25), 2), within(1e-4));
      assertThat(model.adapters().names()).containsExactly(TinyTraining.ADAPTER);
    }
  }

  @Test
  void latTakesFortyFourRowsForAPerturbation() {
    List<StepReport> reports = reports(LatSettings.PUBLISHED, 8);
    assertThat(sum(reports, Usage::forwardRows)).isEqualTo(2L * 44 * EACH);
    assertThat(sum(reports, Usage::backwardRows)).isEqualTo(2L * 44 * EACH);
    assertThat(reports)
        .extracting(report -> report.refreshUsage().backwardRows())
        .containsExactly(96L, 0L, 0L, 0L, 96L, 0L, 0L, 0L);
  }

  @Test
  void circuitBreakersTakeTwoForwardAndOneBackwardForARow() {
    List<StepReport> reports = reports(CircuitBreakerSettings.PUBLISHED.over(2), 3);
    assertThat(reports.get(1).usage().forwardRows()).isEqualTo(2L * 2 * EACH);
    assertThat(reports.get(1).usage().backwardRows()).isEqualTo(2L * EACH);
  }

  @Test
  void termsOfWeightZeroAreNotComputed() {
    List<StepReport> breakers = reports(CircuitBreakerSettings.PUBLISHED.over(2), 3);
    assertThat(breakers.get(0).loss().terms()).containsOnlyKeys(LossTerm.REROUTE);
    assertThat(breakers.get(1).loss().terms()).containsOnlyKeys(LossTerm.RETAIN, LossTerm.REROUTE);
    assertThat(breakers.get(2).loss().terms()).containsOnlyKeys(LossTerm.RETAIN);
    assertThat(breakers.get(0).usage().forwardPasses()).isEqualTo(2);
    assertThat(breakers.get(2).usage().backwardPasses()).isEqualTo(1);
    // with an adapter that changes nothing yet, streams have everything in common
    assertThat(breakers.get(0).loss().term(LossTerm.REROUTE)).isCloseTo(1, within(1e-5));

    LatSettings alone = LatSettings.PUBLISHED.weighing(new AdversarialWeights(1, 0, 0));
    StepReport second = reports(alone, 2).get(1);
    assertThat(second.loss().terms()).containsOnlyKeys(LossTerm.TOWARD, LossTerm.ATTACK);
    assertThat(second.usage().forwardRows()).isEqualTo(EACH);
  }

  @Test
  void renormalisedWeightsAreThePublishedOnes() {
    assertThat(LatSettings.PUBLISHED.weights()).isEqualTo(new AdversarialWeights(0.2, 0.2, 0.6));
    assertThat(CircuitBreakerSettings.PUBLISHED.weights(150))
        .isEqualTo(new CircuitBreakerSettings.Weights(5, 5));
    assertThat(CircuitBreakerSettings.PUBLISHED.reroutedBlocks(32)).containsExactly(10, 20);
    assertThat(CircuitBreakerSettings.PUBLISHED.blocks(32)).isEqualTo(21);
  }

  @Test
  void deepRefusalEditsWhereItDrew() {
    StepReport everywhere = reports(DeepRefusalSettings.PUBLISHED.ablating(1, 1), 1).getFirst();
    assertThat(everywhere.ablatedRows()).isEqualTo(2 * EACH);
    assertThat(everywhere.meanChange()).isPositive();
    StepReport nowhere = reports(DeepRefusalSettings.PUBLISHED.ablating(0, 1), 1).getFirst();
    assertThat(nowhere.ablatedRows()).isZero();
    LossTerms loss = nowhere.loss();
    // summed over a row's tokens: more than the mean of a token
    assertThat(loss.total()).isGreaterThan(0.2 * loss.harmful() + 0.8 * loss.utility());
    assertThat(nowhere.refreshUsage().backwardRows()).isZero();
  }

  /// The gradient of a step of circuit breakers, which attacks nothing, is that of its loss.
  @Test
  void gradientsOfAStepAreFiniteDifferencesOfItsLoss() {
    TrainingSettings settings =
        TrainingSettings.plain(9, EACH, 1e-2)
            .seeded(4)
            .with(CircuitBreakerSettings.PUBLISHED.over(2));
    try (LanguageModel model = TinyTraining.model(0);
        Trainer trainer =
            TinyTraining.trainer(model, settings, folder.resolve("checkpoint"), 100)) {
      // made before the step: what it compares with is the model as it is when it is made
      Method method =
          Methods.of(
              new Method.Context(
                  new Trainer.Subject(model, TinyTraining.ADAPTER, "tiny"),
                  TinyTraining.data(),
                  settings,
                  new RandomStreams(4)));
      trainer.step();
      List<Tensor> factors =
          List.copyOf(model.adapters().parameters(TinyTraining.ADAPTER).values());
      method.gradients(1);
      List<float[]> gradients = TinyTraining.takenGradients(factors);
      double square = TinyTraining.square(gradients);
      double step = 2e-3 / Math.sqrt(square);
      TinyTraining.move(factors, gradients, step);
      double up = method.gradients(1).loss().total();
      TinyTraining.move(factors, gradients, -2 * step);
      double down = method.gradients(1).loss().total();
      assertThat((up - down) / (2 * step)).isCloseTo(square, within(0.03 * square));
    }
  }
}
