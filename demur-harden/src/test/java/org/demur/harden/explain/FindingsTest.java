package org.demur.harden.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.demur.report.ExplanationReport.Answer;
import org.demur.report.ExplanationReport.Causality;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReport.Finding;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.report.ExplanationReport.Movement;
import org.demur.report.ExplanationReport.Picture;
import org.demur.report.ExplanationReport.Shift;
import org.demur.report.ExplanationReport.StateAnswer;
import org.demur.report.ExplanationReport.WorstCase;
import org.demur.report.Measured;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static Measured at(double value) {
    return around(value, 0.1);
  }

  private static Measured around(double value, double half) {
    return new Measured(value, value - half, value + half, 12);
  }

  /// A state of which everything holds, but for what is given.
  private static ExplainedState state(String key, Movement movement, Shift shift, Causality cause) {
    return new ExplainedState(
        key,
        "after " + key,
        List.of("I"),
        3,
        List.of(),
        movement,
        new Picture(3, Double.NaN, Double.NaN, List.of()),
        shift,
        cause,
        List.of(new WorstCase(3, at(2), at(0.8), at(3), at(-1), at(-2), at(0.7), at(0.8))),
        new HarmlessCost(at(1), at(0.5), at(0.2), at(0.4), at(0.2), at(0.2), at(0.3)));
  }

  private static final Movement MOVES = new Movement(at(4), at(-2), at(0), at(0.5));
  private static final Shift OPPOSES = new Shift(at(0.8), at(0.1), at(0.7), -0.1, 0.1, 200);

  private static Causality cause(double plain, Measured ablated, Measured restored) {
    return new Causality(
        at(plain),
        ablated,
        ablated,
        at(-1),
        at(plain),
        at(2),
        at(-1),
        at(ablated.value() - plain),
        at(ablated.value() - plain),
        at(-1 - plain),
        restored,
        restored);
  }

  private static List<Answer> answers(ExplainedState state) {
    return Findings.of(List.of(state)).stream()
        .map(finding -> finding.answers().getFirst().answer())
        .toList();
  }

  @Test
  void everyClaimHoldsWhereIntervalsLieOnTheRightSide() {
    ExplainedState state = state("rt", MOVES, OPPOSES, cause(3, at(-2), at(3)));
    assertThat(answers(state)).containsOnly(Answer.HOLDS).hasSize(5);
    Finding third = Findings.of(List.of(state)).get(2);
    assertThat(third.verdict())
        .startsWith("A3, refusal collapses")
        .contains("after rt: holds", "log-odds 3.00 become -2.00 (-2.10 to -1.90)");
    assertThat(third.answers()).extracting(StateAnswer::state).containsExactly("rt");
  }

  @Test
  void intervalsThatReachOverLeaveItOpenAndOthersDecideAgainst() {
    Movement moves = new Movement(at(4), around(-0.1, 0.5), at(0), at(0));
    Shift benign = new Shift(at(0.8), at(0.9), at(-0.1), -0.1, 0.1, 200);
    ExplainedState state = state("rt", moves, benign, cause(3, at(2), at(3)));
    assertThat(answers(state))
        .containsExactly(Answer.UNCLEAR, Answer.FAILS, Answer.FAILS, Answer.HOLDS, Answer.HOLDS);
    assertThat(Findings.sign(at(0.5), -1)).isEqualTo(Answer.FAILS);
    assertThat(Findings.sign(Measured.tooFew(3), 1)).isEqualTo(Answer.UNCLEAR);
  }

  @Test
  void aModelThatDoesNotRefuseHasNothingToTest() {
    Movement none = new Movement(around(0.1, 1), at(0), at(0), at(0));
    ExplainedState state = state("before", none, OPPOSES, cause(-3, at(-3), at(0)));
    assertThat(answers(state).get(0)).isEqualTo(Answer.UNTESTABLE);
    assertThat(answers(state).get(2)).isEqualTo(Answer.UNTESTABLE);
  }

  @Test
  void refusalThatOnlyShrinksDoesNotCollapse() {
    ExplainedState open = state("rt", MOVES, OPPOSES, cause(3, around(0.1, 1), at(3)));
    assertThat(answers(open).get(2)).isEqualTo(Answer.UNCLEAR);
    ExplainedState control = state("rt", MOVES, OPPOSES, cause(3, at(-2), at(-1)));
    assertThat(answers(control).get(2)).isEqualTo(Answer.FAILS);
  }
}
