package org.demur.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.demur.model.intervention.Intervention.ActivationAddition;
import org.junit.jupiter.api.Test;

class FragilityStageTest {
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
