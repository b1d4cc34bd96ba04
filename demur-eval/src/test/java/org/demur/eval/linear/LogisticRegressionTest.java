package org.demur.eval.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.demur.eval.EvalException;
import org.junit.jupiter.api.Test;

final class LogisticRegressionTest {
  private static final List<SparseRow> ROWS =
      List.of(row(0, 1), row(0, 2), row(1, 1), row(1, 3), row(0, 0.5), row(1, 0.2));
  private static final boolean[] POSITIVE = {true, true, false, false, true, true};

  @Test
  void theGradientOfTheStatedObjectiveIsZeroAtTheSolution() {
    double cost = 4;
    LinearModel model = LogisticRegression.fit(ROWS, POSITIVE, 2, cost);
    double[] gradient = {model.weights()[0], model.weights()[1], model.bias()};
    for (int index = 0; index < ROWS.size(); index++) {
      SparseRow row = ROWS.get(index);
      double y = POSITIVE[index] ? 1 : -1;
      double slope = -y / (1 + Math.exp(y * model.score(row)));
      gradient[row.columns()[0]] += cost * slope * row.values()[0];
      gradient[2] += cost * slope;
    }
    assertThat(gradient).containsExactly(new double[] {0, 0, 0}, within(2e-3));
  }

  @Test
  void positiveRowsScoreHighWhicheverClassComesFirst() {
    boolean[] swapped = {false, false, true, true, false, false};
    LinearModel model = LogisticRegression.fit(ROWS, POSITIVE, 2, 4);
    LinearModel other = LogisticRegression.fit(ROWS, swapped, 2, 4);
    assertThat(model.score(ROWS.get(1))).isPositive();
    assertThat(model.score(ROWS.get(3))).isNegative();
    assertThat(other.score(ROWS.get(1))).isCloseTo(-model.score(ROWS.get(1)), within(1e-6));
  }

  @Test
  void equalRowsGiveEqualBits() {
    assertThat(LogisticRegression.fit(ROWS, POSITIVE, 2, 10).weights())
        .isEqualTo(LogisticRegression.fit(ROWS, POSITIVE, 2, 10).weights());
  }

  @Test
  void oneClassIsNamedWithItsCount() {
    assertThatThrownBy(() -> LogisticRegression.fit(ROWS, new boolean[6], 2, 1))
        .isInstanceOf(EvalException.class)
        .hasMessage(
            "0 of 6 training rows are of the positive class; rows of both classes are needed");
  }

  @Test
  void columnsMustAscend() {
    assertThatThrownBy(() -> new SparseRow(new int[] {1, 1}, new double[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SparseRow(new int[] {1}, new double[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(SparseRow.of(Map.of(3, 1.0, 1, 2.0)).columns()).containsExactly(1, 3);
  }

  private static SparseRow row(int column, double value) {
    return new SparseRow(new int[] {column}, new double[] {value});
  }
}
