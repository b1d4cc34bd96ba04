package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.demur.data.Label;
import org.demur.model.LanguageModel;
import org.demur.model.intervention.LayerVectors;
import org.junit.jupiter.api.Test;

class SteerSweepTest {
  private static final List<Integer> IDS = List.of(5, 6);

  @Test
  void eachCellIsTheMeanUnderAnAdditionAtOneLayer() {
    EncodedPrompts prompts = TinyPrompts.of(3, 5);
    try (LanguageModel model = TinyPrompts.model()) {
      float[] direction =
          Extraction.run(model, prompts, Centre.MEAN, done -> {}).harmfulness().rowsOf(0);
      SteerSweep.Grid grid = new SteerSweep.Grid(List.of(1, 0), List.of(2.0, 0.0, 1.0), 7);
      int[] told = {0};
      SteerSweep.Result found =
          new SteerSweep(model, prompts, IDS)
              .run(direction, TinyPrompts.D_MODEL, grid, done -> told[0] = done);

      assertThat(told[0]).isEqualTo(SteerSweep.cells(grid, prompts)).isEqualTo(2 * (1 + 2 * 2 * 2));
      double[] expected = new double[3];
      new ResidualReader(model)
          .lastLogits(
              prompts.tokens(Label.HARMFUL),
              CandidateScorer.addition(
                  LayerVectors.same(
                      Arrays.copyOfRange(direction, TinyPrompts.D_MODEL, 2 * TinyPrompts.D_MODEL)),
                  1,
                  -2),
              (index, logits) -> expected[index] = NextToken.refusalLogOdds(logits, IDS));
      assertThat(found.at(1, -2, SteerSweep.Added.DIRECTION, Label.HARMFUL).orElseThrow())
          .isCloseTo(Arrays.stream(expected).average().orElseThrow(), within(1e-6));
      assertThat(found.at(1, 0, SteerSweep.Added.RANDOM, Label.HARMFUL).orElseThrow())
          .isEqualTo(found.untouched().get(Label.HARMFUL));
      assertThat(found.counts()).containsEntry(Label.HARMLESS, 3);
    }
  }

  private static SteerSweep.Point point(
      int layer, double coefficient, SteerSweep.Added added, double odds) {
    return new SteerSweep.Point(layer, coefficient, added, Label.HARMLESS, odds);
  }

  @Test
  void aLayerRisesWhenEveryStepDoesAndMustBeatTheRandomDirection() {
    SteerSweep.Result result =
        new SteerSweep.Result(
            Map.of(Label.HARMLESS, -5.0),
            Map.of(Label.HARMLESS, 4),
            List.of(
                point(1, 1, SteerSweep.Added.DIRECTION, -4),
                point(1, 1, SteerSweep.Added.RANDOM, -4.5),
                point(1, 2, SteerSweep.Added.DIRECTION, -3),
                point(1, 2, SteerSweep.Added.RANDOM, -2.5),
                point(2, 1, SteerSweep.Added.DIRECTION, -5.5),
                point(2, 1, SteerSweep.Added.RANDOM, -6),
                point(2, 2, SteerSweep.Added.DIRECTION, -1),
                point(2, 2, SteerSweep.Added.RANDOM, -6)));

    assertThat(result.bestLayer()).contains(2);
    assertThat(result.rises(1)).isTrue();
    assertThat(result.rises(2)).isFalse();
    assertThat(result.beatsRandom(1)).isFalse();
    assertThat(result.beatsRandom(2)).isTrue();
    assertThat(result.rises(3)).isFalse();
    assertThat(result.beatsRandom(3)).isFalse();
  }

  @Test
  void aRandomDirectionIsAsLongAndAlwaysTheSame() {
    float[] like = {3, 0, 4, 0};
    float[] random = RandomDirection.like(like, 1);

    double square = 0;
    for (float value : random) {
      square += value * value;
    }
    assertThat(Math.sqrt(square)).isCloseTo(5, within(1e-5));
    assertThat(RandomDirection.like(like, 1)).isEqualTo(random);
    assertThat(RandomDirection.like(like, 2)).isNotEqualTo(random);
  }
}
