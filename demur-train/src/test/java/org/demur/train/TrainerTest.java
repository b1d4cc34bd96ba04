package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.demur.attacks.DirectionSearch;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Usage;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir private Path folder;

  private Map<String, float[]> trained(TrainingSettings settings) {
    return TinyTraining.trained(settings, folder, report -> {});
  }

  private List<StepReport> reports(TrainingSettings settings) {
    List<StepReport> reports = new ArrayList<>();
    TinyTraining.trained(settings, folder, reports::add);
    return reports;
  }

  private static void assertSameBits(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
  }

  private static TrainingSettings refat(RefatSettings given, int steps) {
    return TinyTraining.plain(steps).with(Optional.of(given));
  }

  @Test
  void refatThatNeverAblatesIsRefusalTrainingToTheLastBit() {
    RefatSettings never =
        RefatSettings.PUBLISHED.refreshing(3, 4).sharing(new RefatSettings.Share(0, 0));
    assertSameBits(trained(refat(never, 6)), trained(TinyTraining.plain(6)));
  }

  @Test
  void refatAblatesAndTrainsAnotherAdapter() {
    List<StepReport> reports = reports(TinyTraining.refat(8));

    assertThat(reports).extracting(StepReport::ablatedRows).contains(1).allMatch(n -> n <= 3);
    assertThat(reports)
        .allSatisfy(
            report -> assertThat(report.meanChange() > 0).isEqualTo(report.ablatedRows() > 0));
    assertThat(trained(TinyTraining.refat(8)).values().iterator().next())
        .isNotEqualTo(trained(TinyTraining.plain(8)).values().iterator().next());
  }

  @Test
  void theLossOfBothSidesFalls() {
    List<StepReport> reports = reports(TinyTraining.refat(60));

    LossTerms first = reports.getFirst().loss();
    LossTerms last = reports.getLast().loss();
    assertThat(last.harmful()).isLessThan(first.harmful() / 2);
    assertThat(last.utility()).isLessThan(first.utility());
    assertThat(first.total()).isCloseTo(first.harmful() + first.utility(), within(1e-5));
  }

  @Test
  void passesAndPromptsAreThoseOfTheCostModel() {
    int steps = 7;
    List<StepReport> reports = reports(TinyTraining.refat(steps));
    Usage all = Usage.NONE;
    int refreshes = 0;
    for (StepReport report : reports) {
      all =
          new Usage(
              all.forwardPasses() + report.usage().forwardPasses(),
              all.backwardPasses() + report.usage().backwardPasses(),
              0);
      refreshes += (int) report.refreshUsage().forwardPasses();
    }
    // every third of seven steps
    assertThat(refreshes).isEqualTo(3);
    assertThat(all).isEqualTo(new Usage(steps + 3, steps, 0));
    assertThat(reports.get(0).refreshUsage().tokens()).isBetween(8L * 4, 8L * 7);
    assertThat(reports.get(1).refreshUsage()).isEqualTo(Usage.NONE);
  }

  @Test
  void controlsComputeTheirDirectionsOnce() {
    for (DirectionControl control : List.of(DirectionControl.FROZEN, DirectionControl.RANDOM)) {
      RefatSettings settings = RefatSettings.PUBLISHED.refreshing(2, 4).withControl(control);
      List<StepReport> reports = reports(refat(settings, 5));
      assertThat(reports.stream().mapToLong(report -> report.refreshUsage().forwardPasses()).sum())
          .as(control.name())
          .isEqualTo(1);
    }
  }

  @Test
  void everyKindOfAblationTrainsAnAdapterOfItsOwn() {
    List<float[]> seen = new ArrayList<>();
    for (Positions positions :
        List.of(Positions.ALL, Positions.PROMPT, Positions.LAST_PROMPT, Positions.GENERATED)) {
      for (AblationMode mode : AblationMode.values()) {
        RefatSettings settings =
            new RefatSettings(
                new RefatSettings.Share(1, 0),
                AblationForm.PER_LAYER,
                4,
                4,
                mode,
                positions,
                DirectionControl.RECOMPUTED,
                0);
        float[] factor = trained(refat(settings, 3)).values().iterator().next();
        assertThat(seen).noneMatch(other -> java.util.Arrays.equals(other, factor));
        seen.add(factor);
      }
    }
  }

  @Test
  void bothFormsEditTheirOwnRowsAndNoOthers() {
    RefatSettings.Share all = new RefatSettings.Share(1, 1);
    for (AblationForm form : AblationForm.values()) {
      RefatSettings settings = RefatSettings.PUBLISHED.refreshing(4, 4).in(form).sharing(all);
      List<StepReport> reports = reports(refat(settings, 3));
      assertThat(reports).as(form.name()).allMatch(report -> report.ablatedRows() == 6);
    }
    RefatSettings.Share utility = new RefatSettings.Share(0, 1);
    RefatSettings onlyUtility =
        RefatSettings.PUBLISHED.refreshing(4, 4).in(AblationForm.MIXED).sharing(utility);
    assertThat(reports(refat(onlyUtility, 3))).allMatch(report -> report.ablatedRows() == 3);
    assertThat(trained(refat(onlyUtility, 3)).values().iterator().next())
        .isNotEqualTo(
            trained(refat(onlyUtility.in(AblationForm.PER_LAYER), 3)).values().iterator().next());
  }

  @Test
  void oneDirectionIsTakenOutAtThreeSitesOfAllBlocks() {
    LayerVectors vectors = LayerVectors.perLayer(2, 0, 0, 3, 4);
    LayerDirections directions = new LayerDirections(vectors, vectors);
    AblatedRows rows =
        new AblatedRows(
            List.of(Optional.of(RowAblation.PER_LAYER), Optional.of(RowAblation.oneDirection(1))));

    Plan plan = directions.plans(rows, 2, AblationMode.ZERO, Positions.ALL).getFirst();

    assertThat(plan.interventions())
        .containsExactly(
            new DirectionalAblation(
                Target.everywhere(HookSite.RESID_PRE).inLayers(1).masked(List.of(true, false)),
                vectors),
            new DirectionalAblation(
                Target.residualStream().masked(List.of(false, true)), LayerVectors.same(3, 4)));
  }

  @Test
  void aSubspaceIsThatOfThePairedDifferencesAtItsLayer() {
    try (LanguageModel model = TinyTraining.model(0)) {
      TrainingData data = TinyTraining.data();
      LayerDirections found =
          new DirectionRefresh(model)
              .of(data.harmfulPrompts().subList(0, 2), data.harmless().subList(0, 2), true);
      int layer = DirectionSearch.lastLayer(model.architecture().dimensions().nLayers());
      AblatedRows rows =
          new AblatedRows(List.of(Optional.of(RowAblation.subspace(layer, 2)), Optional.empty()));

      Plan plan = found.plans(rows, layer + 1, AblationMode.ZERO, Positions.ALL).getFirst();

      assertThat(plan.interventions()).hasSize(2);
      float[] first = found.subspaces().at(layer * LayerDirections.SUBSPACE);
      float[] second = found.subspaces().at(layer * LayerDirections.SUBSPACE + 1);
      assertThat(dot(first, first)).isCloseTo(1, within(1e-5));
      assertThat(dot(first, second)).isCloseTo(0, within(1e-5));
      // the mean difference lies in the span of all six differences, and most of it in the first
      // ones
      float[] mean = found.directions().at(layer);
      double kept = Math.pow(dot(mean, first), 2) + Math.pow(dot(mean, second), 2);
      assertThat(dot(mean, mean)).isPositive();
      assertThat(kept / dot(mean, mean)).isCloseTo(1, within(1e-4));
    }
  }

  private static double dot(float[] first, float... second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += (double) first[i] * second[i];
    }
    return sum;
  }

  @Test
  void recomputedActivationsGiveTheSameBits() {
    TrainingSettings settings = TinyTraining.refat(4);
    assertSameBits(trained(settings.inParts(1, true)), trained(settings));
  }

  @Test
  void aStepInPartsIsTheStepOfTheWholeBatch() {
    try (LanguageModel whole = TinyTraining.model(0);
        LanguageModel divided = TinyTraining.model(0);
        Trainer one = TinyTraining.trainer(whole, TinyTraining.refat(1), folder.resolve("a"), 9);
        Trainer three =
            TinyTraining.trainer(
                divided, TinyTraining.refat(1).inParts(3, false), folder.resolve("b"), 9)) {
      StepReport first = one.step();
      StepReport second = three.step();
      assertThat(second.gradientNorm()).isCloseTo(first.gradientNorm(), within(1e-5));
      assertThat(second.loss().total()).isCloseTo(first.loss().total(), within(1e-5));
      assertThat(second.usage().backwardPasses()).isEqualTo(3);
    }
  }

  @Test
  void aRunThatGoesOnFromAnyStepEndsWithTheSameBits() {
    TrainingSettings settings = TinyTraining.refat(7);
    Map<String, float[]> uninterrupted = trained(settings);
    for (int stop = 1; stop < 7; stop++) {
      Path file = folder.resolve("stopped-" + stop);
      try (LanguageModel model = TinyTraining.model();
          Trainer trainer = TinyTraining.trainer(model, settings, file, 1)) {
        for (int step = 0; step < stop; step++) {
          trainer.step();
        }
        trainer.save();
        trainer.step();
      }
      try (LanguageModel model = TinyTraining.model();
          Trainer trainer = TinyTraining.trainer(model, settings, file, 1)) {
        assertThat(trainer.resume()).isTrue();
        assertThat(trainer.steps()).isEqualTo(stop);
        trainer.run(report -> {});
        assertSameBits(TinyTraining.factors(model), uninterrupted);
      }
    }
  }

  @Test
  void aRunThatItsListenerEndsLosesNoStep() {
    Path file = folder.resolve("interrupted");
    TrainingSettings settings = TinyTraining.refat(7);
    try (LanguageModel model = TinyTraining.model();
        Trainer trainer = TinyTraining.trainer(model, settings, file, 5)) {
      assertThatThrownBy(
              () ->
                  trainer.run(
                      report -> {
                        if (report.step() == 3) {
                          throw new CancellationException("Ctrl-C");
                        }
                      }))
          .isInstanceOf(CancellationException.class);
    }
    try (LanguageModel model = TinyTraining.model();
        Trainer trainer = TinyTraining.trainer(model, settings, file, 5)) {
      assertThat(trainer.resume()).isTrue();
      assertThat(trainer.steps()).isEqualTo(3);
      trainer.run(report -> {});
      assertSameBits(TinyTraining.factors(model), trained(settings));
    }
  }

  @Test
  void aCheckpointOfAnotherConfigurationIsRefusedWithTheDifferences() {
    Path file = folder.resolve("checkpoint");
    try (LanguageModel model = TinyTraining.model();
        Trainer trainer = TinyTraining.trainer(model, TinyTraining.refat(2), file, 1)) {
      assertThat(trainer.resume()).isFalse();
      trainer.run(report -> {});
    }
    RefatSettings other =
        RefatSettings.PUBLISHED.refreshing(5, 4).sharing(new RefatSettings.Share(0.25, 0));
    try (LanguageModel model = TinyTraining.model();
        Trainer trainer = TinyTraining.trainer(model, refat(other, 3), file, 1)) {
      assertThatThrownBy(trainer::resume)
          .isInstanceOf(TrainException.class)
          .hasMessageContainingAll(
              "period was 3, now 5",
              "harmful 0.5, utility 0.0, now harmful 0.25",
              "steps was 2, now 3");
    }
  }

  @Test
  void aTrainingThatGoesAstrayStopsAndNamesTheLastCheckpoint() {
    Path file = folder.resolve("checkpoint");
    TrainingSettings wild = TrainingSettings.plain(200, 3, 1e6);
    try (LanguageModel model = TinyTraining.model();
        Trainer trainer = TinyTraining.trainer(model, wild, file, 1)) {
      assertThatThrownBy(() -> trainer.run(report -> {}))
          .isInstanceOf(TrainException.class)
          .hasMessageContainingAll("went astray at step", "last good checkpoint is " + file);
    }
  }

  @Test
  void anEpochDealsEveryRowOnceInAnOrderOfItsOwn() {
    List<TrainingRow> rows = TinyTraining.data().harmful();
    DataOrder order =
        new DataOrder(rows, new RandomStreams(3), RandomStreams.Purpose.HARMFUL_ORDER);

    List<TrainingRow> first = order.deal(0, rows.size());
    List<TrainingRow> second = order.deal(rows.size(), rows.size());
    assertThat(first).containsExactlyInAnyOrderElementsOf(rows).isNotEqualTo(second);
    assertThat(order.deal(7, 6)).isEqualTo(concatenated(first, second).subList(7, 13));
  }

  private static List<TrainingRow> concatenated(List<TrainingRow> first, List<TrainingRow> second) {
    List<TrainingRow> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Test
  void schedulesRiseInTheWarmUpAndFallAfterIt() {
    assertThat(Schedule.CONSTANT.factor(7, 2, 10)).isEqualTo(1);
    assertThat(Schedule.LINEAR.factor(0, 4, 12)).isEqualTo(0.25);
    assertThat(Schedule.LINEAR.factor(8, 4, 12)).isEqualTo(0.5);
    assertThat(Schedule.COSINE.factor(4, 4, 12)).isEqualTo(1);
    assertThat(Schedule.COSINE.factor(8, 4, 12)).isCloseTo(0.5, within(1e-12));
    assertThat(Schedule.COSINE.factor(6, 4, 12)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-12));
  }

  @Test
  void settingsAndDataThatCannotBeTrainedAreNamed() {
    assertThatThrownBy(() -> TrainingSettings.plain(0, 1, 1)).hasMessageContaining("steps 0");
    assertThatThrownBy(() -> TrainingSettings.plain(1, 1, 0)).hasMessageContaining("rate 0.0");
    assertThatThrownBy(() -> RefatSettings.PUBLISHED.sharing(new RefatSettings.Share(1.5, 0)))
        .hasMessageContaining("shares 1.5 and 0.0");
    assertThatThrownBy(() -> RefatSettings.PUBLISHED.opening(2))
        .hasMessageContaining("share of 2.0 of the rows behind an opener");
    TrainingData data = TinyTraining.data();
    assertThatThrownBy(() -> new TrainingData(List.of(), data.utility(), data.harmless()))
        .hasMessageContaining("no harmful rows");
    assertThatThrownBy(() -> new TrainingData(data.harmful(), data.harmful(), data.harmless()))
        .hasMessageContaining("row 0 is among the utility rows");
  }

  @Test
  void whereAllPromptsAreAlikeNothingIsAblated() {
    try (LanguageModel model = TinyTraining.model()) {
      Prompt one = Prompt.of(9, 12, 7);
      Prompt other = Prompt.of(30, 44, 7);
      LayerDirections found = new DirectionRefresh(model).of(List.of(one), List.of(other), false);
      // the input of the first block is the embedding of the last token, the same in both
      assertThat(found.directions().at(0)).containsOnly(0);
      assertThat(
              found
                  .plans(AblatedRows.perLayer(List.of(true)), 2, AblationMode.ZERO, Positions.ALL)
                  .getFirst())
          .extracting(plan -> plan.interventions().getFirst().target().layers().orElseThrow())
          .isEqualTo(List.of(1));
      assertThat(
              found.plans(
                  AblatedRows.perLayer(List.of(false)), 2, AblationMode.ZERO, Positions.ALL))
          .isEmpty();
    }
  }
}
