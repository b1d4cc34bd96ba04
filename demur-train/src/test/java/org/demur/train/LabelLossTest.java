package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.demur.attacks.TokenLoss;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.junit.jupiter.api.Test;

class LabelLossTest {
  private static final double STEP = 1e-6;

  private static List<double[]> rows(double... values) {
    return List.of(
        new double[] {values[0], values[1], values[2]}, new double[] {values[3], values[4]});
  }

  private static void assertSlopes(
      List<double[]> at, ToDoubleFunction<List<double[]>> value, List<double[]> slopes) {
    for (int row = 0; row < at.size(); row++) {
      for (int token = 0; token < at.get(row).length; token++) {
        double difference = value.applyAsDouble(moved(at, row, token, STEP));
        difference -= value.applyAsDouble(moved(at, row, token, -STEP));
        assertThat(slopes.get(row)[token])
            .as("row %d, token %d", row, token)
            .isCloseTo(difference / (2 * STEP), within(1e-6));
      }
    }
  }

  private static List<double[]> moved(List<double[]> at, int row, int token, double by) {
    List<double[]> moved = new ArrayList<>();
    at.forEach(each -> moved.add(each.clone()));
    moved.get(row)[token] += by;
    return moved;
  }

  private static void assertDifferentiates(
      List<double[]> at, Function<List<double[]>, LabelLoss> loss) {
    assertSlopes(at, moved -> loss.apply(moved).value(), loss.apply(at).slopes());
  }

  @Test
  void slopesAreFiniteDifferences() {
    List<double[]> at = rows(-0.1, -2, -7, -0.6, -4.9);
    assertDifferentiates(at, rows -> LabelLoss.mean(TokenLoss.CROSS_ENTROPY, rows));
    assertDifferentiates(at, rows -> LabelLoss.mean(TokenLoss.UNLIKELIHOOD, rows));
    assertDifferentiates(at, rows -> LabelLoss.mean(TokenLoss.CROSS_ENTROPY, rows).times(-3));
  }

  @Test
  void aLimitLeavesAThousandthOfTheSlope() {
    List<double[]> unlikely = rows(-9, -8, -7, -6, -5.5);
    Function<List<double[]>, LabelLoss> away =
        rows -> LabelLoss.mean(TokenLoss.CROSS_ENTROPY, rows).times(-1).hardlyBelow(-5);
    assertDifferentiates(unlikely, away);
    assertThat(away.apply(unlikely).value()).isCloseTo(-5 - 0.0071, within(1e-12));
    assertThat(away.apply(unlikely).slopes().getFirst()[0]).isCloseTo(0.001 / 5, within(1e-12));

    List<double[]> likely = rows(-0.1, -0.2, -0.1, -0.3, -0.3);
    LabelLoss toward = LabelLoss.mean(TokenLoss.CROSS_ENTROPY, likely);
    assertThat(toward.hardlyBelow(0.5).value()).isCloseTo(0.5 + 0.0002, within(1e-12));
    assertThat(toward.hardlyBelow(0.1)).isSameAs(toward);
  }

  @Test
  void thePreferenceIsTheSquaredDistanceFromItsGoal() {
    List<double[]> toward = rows(-0.5, -1, -1.5, -2, -1);
    List<double[]> away = rows(-1, -2, -6, -0.5, -0.7);
    double[] reference = {0.3, -0.2};
    PreferenceLoss.Goal goal = new PreferenceLoss.Goal(0.25, -5);
    PreferenceLoss loss = PreferenceLoss.of(toward, away, reference, goal);

    // margins: -1 - (-3 / 3) - 0.3 with the unlikely token as 0, and -1.5 + 0.6 + 0.2
    double expected = (Math.pow(-0.3 - 2, 2) + Math.pow(-0.7 - 2, 2)) / 2;
    assertThat(loss.value()).isCloseTo(expected, within(1e-12));
    assertSlopes(toward, at -> PreferenceLoss.of(at, away, reference, goal).value(), loss.toward());
    assertSlopes(away, at -> PreferenceLoss.of(toward, at, reference, goal).value(), loss.away());
    assertThat(loss.away().getFirst()[2]).isZero();
  }

  private static double[] streams(boolean cosine, double[] on, float[] off, float[] gradient) {
    float[] values = new float[on.length];
    for (int i = 0; i < on.length; i++) {
      values[i] = (float) on[i];
    }
    try (Scope scope = Scope.open()) {
      var first = Tensors.ofFloats(values, Device.CPU, 3, 4);
      var second = Tensors.ofFloats(off, Device.CPU, 3, 4);
      StreamDistance distance =
          cosine ? StreamDistance.cosines(first, second) : StreamDistance.lengths(first, second);
      System.arraycopy(distance.gradient().toFloats(), 0, gradient, 0, gradient.length);
      return new double[] {distance.sum()};
    }
  }

  @Test
  void distancesOfStreamsHaveTheGradientsOfFiniteDifferences() {
    SplittableRandom random = new SplittableRandom(5);
    double[] on = random.doubles(12, -1, 1).toArray();
    float[] off = new float[12];
    for (int i = 0; i < 12; i++) {
      // the last token turns the other way
      off[i] = (float) (i < 8 ? on[i] + random.nextDouble(-0.5, 0.5) : -on[i]);
    }
    for (boolean cosine : List.of(true, false)) {
      float[] gradient = new float[12];
      streams(cosine, on, off, gradient);
      for (int i = 0; i < 12; i++) {
        double[] up = on.clone();
        double[] down = on.clone();
        up[i] += 1e-2;
        down[i] -= 1e-2;
        double slope =
            (streams(cosine, up, off, new float[12])[0]
                    - streams(cosine, down, off, new float[12])[0])
                / 2e-2;
        assertThat((double) gradient[i]).as("%s, %d", cosine, i).isCloseTo(slope, within(2e-3));
      }
      assertThat(gradient[11]).satisfies(last -> assertThat(last == 0).isEqualTo(cosine));
    }
  }

  @Test
  void aStreamThatDidNotMoveHasNoGradient() {
    double[] on = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
    float[] off = new float[12];
    for (int i = 0; i < 12; i++) {
      off[i] = (float) on[i];
    }
    float[] gradient = new float[12];
    assertThat(streams(false, on, off, gradient)[0]).isZero();
    assertThat(gradient).containsOnly(0);
  }
}
