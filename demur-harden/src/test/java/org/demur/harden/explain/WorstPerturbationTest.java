package org.demur.harden.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;
import org.demur.report.ExplanationReport.WorstCase;
import org.junit.jupiter.api.Test;

class WorstPerturbationTest {
  private static final List<Prompt> PROMPTS = Toy.prompts(6, 3);

  @Test
  void logOddsAndGradientsAreThoseOfTheModel() {
    try (LanguageModel model = Toy.model()) {
      RefusalGradient gradient = new RefusalGradient(model, Toy.TOKENS.ids());
      int dModel = model.architecture().dimensions().dModel();
      double[] odds = Readings.logOdds(model, PROMPTS, Plan.NONE, Toy.TOKENS);
      double[] none = new double[dModel];
      List<RefusalGradient.Slope> slopes =
          gradient.of(
              List.of(
                  new RefusalGradient.Row(PROMPTS.get(0), 1, none),
                  new RefusalGradient.Row(PROMPTS.get(1), 0, none)));
      assertThat(slopes.get(0).logOdds()).isCloseTo(odds[0], within(1e-4));
      assertThat(slopes.get(1).logOdds()).isCloseTo(odds[1], within(1e-4));
      for (int row = 0; row < 2; row++) {
        for (int i = 0; i < 3; i++) {
          double step = 1e-2;
          double[] more = new double[dModel];
          double[] less = new double[dModel];
          more[i] = step;
          less[i] = -step;
          List<RefusalGradient.Slope> ends =
              gradient.of(
                  List.of(
                      new RefusalGradient.Row(PROMPTS.get(row), 1 - row, more),
                      new RefusalGradient.Row(PROMPTS.get(row), 1 - row, less)));
          double slope = (ends.get(0).logOdds() - ends.get(1).logOdds()) / (2 * step);
          assertThat(slopes.get(row).gradient()[i]).isCloseTo(slope, within(2e-3));
        }
      }
    }
  }

  @Test
  void theWorstPerturbationIsAtLeastAsBadAsTakingOutTheComponent() {
    try (LanguageModel model = Toy.model()) {
      LayerDirections directions = Toy.directions(model);
      Readings readings = Readings.of(model, PROMPTS, Toy.TOKENS);
      WorstPerturbation worst =
          new WorstPerturbation(
              new RefusalGradient(model, Toy.TOKENS.ids()), directions, new Summaries(0), 4);
      List<WorstPerturbation.Found> found = worst.search(PROMPTS, readings, 1);
      double[] along = readings.projections(1, directions.unit(1));
      boolean worseFound = false;
      for (int i = 0; i < found.size(); i++) {
        WorstPerturbation.Found one = found.get(i);
        assertThat(one.budget()).isCloseTo(Math.abs(along[i]), within(1e-9));
        assertThat(one.worst()).isLessThanOrEqualTo(Math.min(one.plain(), one.rfa()));
        assertThat(one.cosine()).isBetween(-1.0000001, 1.0000001);
        assertThat(one.plain()).isCloseTo(readings.logOdds()[i], within(1e-4));
        worseFound |= one.worst() < one.rfa() - 1e-3;
      }
      assertThat(worseFound).isTrue();
      WorstCase summary = worst.run(PROMPTS, readings, List.of(1)).getFirst();
      assertThat(summary.layer()).isEqualTo(1);
      assertThat(summary.dropShare().value()).isLessThan(1);
      assertThat(summary.lossRatio().value()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void theLossIsThatOfTheRefusalsProbability() {
    assertThat(WorstPerturbation.loss(0)).isCloseTo(Math.log(2), within(1e-12));
    assertThat(WorstPerturbation.loss(-800)).isCloseTo(800, within(1e-9));
    assertThat(WorstPerturbation.loss(800)).isCloseTo(0, within(1e-12));
  }
}
