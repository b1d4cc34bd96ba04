package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.demur.model.hook.HookSite;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Plan;
import org.junit.jupiter.api.Test;

class AblationsTest {
  @Test
  void theBasisIsOrthonormalAndLeavesOutWhatAddsNothing() {
    double[] first = {1, 2, 2};
    double[] second = {2, 4, 4.5};
    double[] sum = {3, 6, 6.5};

    List<double[]> basis = Vectors.basis(List.of(first, second, sum, new double[3]));

    assertThat(basis).hasSize(2);
    assertThat(Vectors.dot(basis.get(0), basis.get(0))).isCloseTo(1, within(1e-12));
    assertThat(Vectors.dot(basis.get(0), basis.get(1))).isCloseTo(0, within(1e-12));
    // the span is kept
    double along = Vectors.dot(sum, basis.get(0));
    double across = Vectors.dot(sum, basis.get(1));
    assertThat(along * along + across * across).isCloseTo(Vectors.dot(sum, sum), within(1e-9));
  }

  @Test
  void aSpanIsTakenOutAtThreeSitesAndLayersAtTheirInputs() {
    Plan span = Ablations.span(List.of(new double[] {1, 0}, new double[] {1, 1}));
    assertThat(span.interventions())
        .hasSize(2)
        .allSatisfy(
            edit ->
                assertThat(edit.target().sites())
                    .containsExactlyInAnyOrder(
                        HookSite.RESID_PRE, HookSite.ATTN_OUT, HookSite.MLP_OUT));

    List<double[]> perLayer = new ArrayList<>();
    for (int layer = 0; layer < 8; layer++) {
      perLayer.add(new double[] {layer == 5 ? 0 : layer, 1 - Math.signum(Math.abs(layer - 5))});
    }
    perLayer.set(5, new double[2]);
    Plan own = Ablations.perLayer(perLayer);
    assertThat(own.interventions()).hasSize(1);
    DirectionalAblation edit = (DirectionalAblation) own.interventions().getFirst();
    assertThat(edit.target().layers()).contains(List.of(2, 3, 4, 6, 7));
    assertThat(edit.direction().at(3)).containsExactly(3, 0);
  }

  @Test
  void theMapFindsGroupsAndIsTheSameForOneSeed() {
    SplittableRandom random = new SplittableRandom(1);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      double side = i % 2 == 0 ? 10 : -10;
      rows.add(new double[] {side + random.nextGaussian(), random.nextGaussian()});
    }

    List<double[]> places = SelfOrganisingMap.fit(rows, 2, new SplittableRandom(3));

    assertThat(places).hasSize(4);
    assertThat(places).anyMatch(place -> Math.abs(place[0] - 10) < 2);
    assertThat(places).anyMatch(place -> Math.abs(place[0] + 10) < 2);
    List<double[]> again = SelfOrganisingMap.fit(rows, 2, new SplittableRandom(3));
    for (int i = 0; i < 4; i++) {
      assertThat(again.get(i)).isEqualTo(places.get(i));
    }
  }
}
