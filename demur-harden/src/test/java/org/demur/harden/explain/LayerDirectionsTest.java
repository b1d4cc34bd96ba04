package org.demur.harden.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;
import org.junit.jupiter.api.Test;

class LayerDirectionsTest {
  private static final List<Prompt> PROMPTS = Toy.prompts(5, 9);

  private static Readings read(LanguageModel model, Plan plan) {
    return Readings.of(model, PROMPTS, plan, Toy.TOKENS);
  }

  @Test
  void theFirstLayerSeesOnlyTheSameLastTokenAndHasNoDirection() {
    try (LanguageModel model = Toy.model()) {
      LayerDirections directions = Toy.directions(model);
      assertThat(directions.known(0)).isFalse();
      assertThat(directions.edited())
          .isNotEmpty()
          .containsExactlyElementsOf(IntStream.range(1, directions.nLayers()).boxed().toList());
      double[] unit = directions.unit(1);
      assertThat(Readings.dot(unit, unit)).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void removingLeavesNoComponentAndRecentringThatOfEverydayPrompts() {
    try (LanguageModel model = Toy.model()) {
      LayerDirections directions = Toy.directions(model);
      Readings everyday = Readings.of(model, Toy.prompts(8, 2), Toy.TOKENS);
      Readings removed = read(model, directions.zero());
      Readings moved = read(model, directions.recentre());
      for (int layer : directions.edited()) {
        double[] unit = directions.unit(layer);
        double mean = LayerDirections.mean(everyday.projections(layer, unit));
        for (int i = 0; i < PROMPTS.size(); i++) {
          assertThat(removed.projections(layer, unit)[i]).isCloseTo(0, within(1e-5));
          assertThat(moved.projections(layer, unit)[i]).isCloseTo(mean, within(1e-5));
        }
      }
      int first = directions.edited().getFirst();
      double[] unit = directions.unit(first);
      double mean = LayerDirections.mean(everyday.projections(first, unit));
      for (int i = 0; i < unit.length; i++) {
        // nothing before the first edited layer differs, so that the two forms differ by m u
        assertThat(moved.at(0, first)[i] - removed.at(0, first)[i])
            .isCloseTo(mean * unit[i], within(1e-5));
      }
    }
  }

  @Test
  void restoringGivesTheLastTokenTheComponentOfHarmfulPrompts() {
    try (LanguageModel model = Toy.model()) {
      LayerDirections directions = Toy.directions(model);
      Readings harmful = Readings.of(model, Toy.prompts(8, 1), Toy.TOKENS);
      Readings restored = read(model, directions.restore());
      for (int layer : directions.edited()) {
        double[] unit = directions.unit(layer);
        double mean = LayerDirections.mean(harmful.projections(layer, unit));
        assertThat(restored.projections(layer, unit))
            .containsOnly(new double[] {mean}, within(1e-5));
      }
      Readings control = read(model, directions.restoreRandom(new SplittableRandom(1)));
      int first = directions.edited().getFirst();
      double[] unit = directions.unit(first);
      double mean = LayerDirections.mean(harmful.projections(first, unit));
      assertThat(control.projections(first, unit)[0]).isNotCloseTo(mean, within(1e-3));
    }
  }

  @Test
  void promptsThatAreTheSameToTheModelHaveNoDirection() {
    Readings same = Toy.readings(new double[] {1, 2}, new double[] {1, 2});
    LayerDirections none = new LayerDirections(same, same);
    assertThat(none.known(0)).isFalse();
    assertThatThrownBy(none::zero)
        .isInstanceOf(ExplainException.class)
        .hasMessageContaining("the same to the model at all of its 1 layers");
  }

  @Test
  void theLayersThatArePerturbedHoldTheChosenOne() {
    try (LanguageModel model = Toy.model()) {
      LayerDirections directions = Toy.directions(model);
      int last = directions.nLayers() - 1;
      assertThat(directions.around(last, 1)).containsExactly(last);
      assertThat(directions.around(last, 5)).contains(last).doesNotHaveDuplicates().isSorted();
      Readings high = Readings.of(model, Toy.prompts(8, 1), Toy.TOKENS);
      Readings low = Readings.of(model, Toy.prompts(8, 2), Toy.TOKENS);
      assertThat(directions.edited()).contains(directions.mostTelling(high, low));
    }
  }
}
