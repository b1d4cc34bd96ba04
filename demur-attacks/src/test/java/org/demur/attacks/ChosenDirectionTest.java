package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChosenDirectionTest {
  private static ChosenDirection candidate(int layer, double bypass, double kl) {
    return new ChosenDirection(new double[] {1}, -1, layer, bypass, kl);
  }

  private static List<Integer> layers(List<ChosenDirection> candidates) {
    return candidates.stream().map(ChosenDirection::layer).toList();
  }

  private static final List<ChosenDirection> ORDERED =
      ChosenDirection.inOrder(
          List.of(
              candidate(1, -2, 0.1),
              candidate(2, -9, 0.31),
              candidate(3, -3, 0.3),
              candidate(4, Double.NaN, 0.1),
              candidate(5, -1, Double.POSITIVE_INFINITY),
              candidate(6, -8, 2)));

  @Test
  void thoseThatLeaveLanguageAloneComeFirstAndOverflowsNever() {
    assertThat(layers(ORDERED)).containsExactly(3, 1, 2, 6);
  }

  @Test
  void halfOfTheFinalistsAreGentle() {
    assertThat(layers(ChosenDirection.finalists(ORDERED, 2))).containsExactly(3, 2);
    assertThat(layers(ChosenDirection.finalists(ORDERED, 3))).containsExactly(3, 2, 6);
    assertThat(layers(ChosenDirection.finalists(ORDERED, 9))).containsExactly(3, 1, 2, 6);
    assertThat(layers(ChosenDirection.finalists(ORDERED.subList(0, 2), 2))).containsExactly(3, 1);
    assertThat(layers(ChosenDirection.finalists(ORDERED.subList(2, 4), 2))).containsExactly(2, 6);
  }
}
