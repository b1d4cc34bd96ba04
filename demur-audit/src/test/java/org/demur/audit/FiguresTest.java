package org.demur.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.demur.eval.judge.ReplyClass;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.report.Rate;
import org.demur.report.Spread;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void fewCasesAreCountedAndGiveNoRate() {
    Rate few = Figures.rate(2, 4);
    assertThat(few.isDefined()).isFalse();
    assertThat(few.successes()).isEqualTo(2);
    Rate enough = Figures.rate(4, 8);
    assertThat(enough.rate()).isEqualTo(0.5);
    // Wilson's interval for 4 of 8.
    assertThat(enough.low()).isCloseTo(0.2152, within(1e-4));
    assertThat(enough.high()).isCloseTo(0.7848, within(1e-4));
  }

  @Test
  void aSpreadIsMeanAndSampleDeviation() {
    Spread spread = Figures.spread(1, 2, 3, 4);
    assertThat(spread.mean()).isCloseTo(2.5, within(1e-12));
    assertThat(spread.sd()).isCloseTo(Math.sqrt(5 / 3.0), within(1e-12));
    assertThat(Figures.spread(7).sd()).isNaN();
  }

  @Test
  void aJudgedReplyIsReadAsItWasKept() {
    JudgedReply reply = new JudgedReply(ReplyClass.PARTIAL_REFUSAL, 0.25, true, 7, "I would");
    Map<String, Object> row = reply.toRow();
    assertThat(JudgedReply.ofRow(row)).isEqualTo(reply);
    assertThat(reply.declined()).isTrue();
    assertThat(reply.coherent()).isTrue();
  }

  @Test
  void theRandomDirectionHasTheLengthOfTheOneItStandsBeside() {
    float[] direction = {3, 0, -4, 0};
    var interventions = FragilityStage.interventions(direction, 2, 11);
    assertThat(interventions)
        .extracting(FragilityStage.Intervention::key)
        .containsExactly("none", "ablate", "subtract", "random");
    ActivationAddition random =
        (ActivationAddition) interventions.getLast().plan().interventions().getFirst();
    double length = 0;
    for (float value : random.vector().at(0)) {
      length += value * value;
    }
    assertThat(length).isCloseTo(25, within(1e-4));
    assertThat(random.coefficient()).isEqualTo(-1);
    var again = FragilityStage.interventions(direction, 2, 11).getLast().plan();
    assertThat(again).isEqualTo(interventions.getLast().plan());
  }
}
