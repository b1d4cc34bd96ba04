package org.demur.harden.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.demur.model.Prompt;
import org.demur.report.ExplanationReport.Movement;
import org.demur.report.ExplanationReport.Shift;
import org.junit.jupiter.api.Test;

class AttackShiftTest {
  private static final double[] UNIT = {0.6, 0.8, 0};

  private static double[][] shifts(double along, double across) {
    double[][] shifts = new double[6][];
    for (int i = 0; i < shifts.length; i++) {
      shifts[i] = new double[] {along * 0.6, along * 0.8, across};
    }
    return shifts;
  }

  @Test
  void aShiftThatIsExactlyMinusUHasCosineOne() {
    AttackShift shift = new AttackShift(shifts(-3, 0), UNIT);
    assertThat(shift.cosine(new Summaries(0)).value()).isCloseTo(1, within(1e-12));
    assertThat(shift.cosine(new Summaries(0)).low()).isCloseTo(1, within(1e-12));
    assertThat(new AttackShift(shifts(2, 0), UNIT).cosine(0, 1)).isCloseTo(-1, within(1e-12));
    assertThat(new AttackShift(shifts(0, 5), UNIT).cosine(0, 3)).isCloseTo(0, within(1e-12));
    assertThat(new AttackShift(shifts(0, 0), UNIT).cosine(0)).isZero();
  }

  @Test
  void theMeanShiftCountsAndNotTheMeanOfCosines() {
    double[][] mixed = {{-0.6, -0.8, 1}, {-0.6, -0.8, -1}};
    assertThat(new AttackShift(mixed, UNIT).cosine(0, 1)).isCloseTo(1, within(1e-12));
    assertThat(new AttackShift(mixed, UNIT).cosine(0)).isCloseTo(Math.sqrt(0.5), within(1e-12));
  }

  @Test
  void aShiftIsComparedWithAnotherOnTheSameRequests() {
    AttackShift attack = new AttackShift(shifts(-1, 0), UNIT);
    AttackShift benign = new AttackShift(shifts(-1, 1), UNIT);
    assertThat(attack.over(benign, new Summaries(0)).value())
        .isCloseTo(1 - Math.sqrt(0.5), within(1e-12));
  }

  /// Harmful prompts at (3, 0), everyday ones at (1, 0); the attack takes half of the way and goes
  /// nowhere else, the benign suffix moves across.
  private static Geometry halfWay() {
    double[][] harmful = new double[6][];
    double[][] everyday = new double[6][];
    double[][] attacked = new double[6][];
    double[][] benign = new double[6][];
    for (int i = 0; i < 6; i++) {
      harmful[i] = new double[] {3, i};
      everyday[i] = new double[] {1, i};
      attacked[i] = new double[] {2, i};
      benign[i] = new double[] {3, i + 4};
    }
    Readings high = Toy.readings(harmful);
    Readings low = Toy.readings(everyday);
    return new Geometry(
        new LayerDirections(high, low),
        Toy.all(),
        low,
        low,
        high,
        Toy.readings(attacked),
        Toy.readings(benign),
        new Summaries(0));
  }

  @Test
  void anAttackHalfWayToHarmlessPromptsClosesHalfOfTheGap() {
    Movement movement = halfWay().movement(0);
    assertThat(movement.gap().value()).isCloseTo(2, within(1e-6));
    assertThat(movement.moved().value()).isCloseTo(-1, within(1e-6));
    assertThat(movement.moved().high()).isNegative();
    assertThat(movement.benignMoved().value()).isCloseTo(0, within(1e-6));
    assertThat(movement.share().value()).isCloseTo(0.5, within(1e-6));
  }

  @Test
  void cosinesHaveTheirControls() {
    Shift shift = halfWay().shift(0, 400, new SplittableRandom(1));
    assertThat(shift.attack().value()).isCloseTo(1, within(1e-6));
    assertThat(shift.benign().value()).isCloseTo(0, within(1e-6));
    assertThat(shift.difference().low()).isGreaterThan(0.9);
    // in two dimensions a random direction has any cosine
    assertThat(shift.randomLow()).isBetween(-1.0, -0.9);
    assertThat(shift.randomHigh()).isBetween(0.9, 1.0);
    assertThat(halfWay().layers().getFirst().harmful()).isCloseTo(3, within(1e-6));
    assertThat(halfWay().picture(0).groups())
        .extracting(group -> group.xs().size())
        .containsExactly(6, 6, 6, 6);
  }

  @Test
  void attackedPromptsOfARequestAreAveraged() {
    List<Prompt> two = Toy.prompts(2, 1);
    ExplainPrompts prompts =
        new ExplainPrompts(two, two, two, two, two, two, two, two, two, List.of(0, 0, 1));
    assertThat(prompts.perRequest(1, 3, 7)).containsExactly(2, 7);
  }
}
