package org.demur.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.Scope;

/// Forward passes of tests, with results as plain numbers.
public final class Runs {
  private Runs() {}

  /// Logits of all tokens, one array per row.
  public static List<float[]> logits(LanguageModel model, List<Prompt> prompts, Plan... plans) {
    try (ForwardResult result =
            model.forward(prompts, ForwardRequest.logitsAt(Positions.ALL).with(plans));
        Scope scope = Scope.open()) {
      List<float[]> rows = new ArrayList<>();
      for (int row = 0; row < prompts.size(); row++) {
        rows.add(result.logits(row).toFloats());
      }
      return rows;
    }
  }

  /// Logits of all tokens of one row.
  public static float[] logits(LanguageModel model, Prompt prompt, Plan... plans) {
    return logits(model, List.of(prompt), plans).getFirst();
  }

  /// Receipts of a pass over one row.
  public static List<Receipt> receipts(LanguageModel model, Prompt prompt, Plan... plans) {
    try (ForwardResult result =
        model.forward(List.of(prompt), ForwardRequest.logitsAt(Positions.ALL).with(plans))) {
      return result.receipts();
    }
  }

  /// Values of a hook point at all tokens of a row, after the edits.
  public static float[] captured(
      LanguageModel model, HookPoint point, Prompt prompt, Plan... plans) {
    ForwardRequest request = ForwardRequest.logitsAt(Positions.ALL).with(plans);
    try (ForwardResult result =
            model.forward(List.of(prompt), request.capturing(List.of(point), Positions.ALL));
        Scope scope = Scope.open()) {
      return result.activations().row(point, 0).toFloats();
    }
  }

  /// Largest absolute difference, divided by the largest absolute expected value.
  public static double difference(float[] actual, float[] expected) {
    Assertions.assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    double scale = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs((double) actual[i] - expected[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return largest / scale;
  }

  /// Asserts that two runs agree up to rounding.
  public static void assertSame(float[] actual, float[] expected) {
    Assertions.assertThat(difference(actual, expected)).isLessThan(1e-5);
  }

  /// Asserts that two runs clearly differ.
  public static void assertDifferent(float[] actual, float[] expected) {
    Assertions.assertThat(difference(actual, expected)).isGreaterThan(1e-3);
  }

  /// Asserts that an action fails with this code and a message that has all these parts.
  public static void assertRefused(ErrorCode code, Runnable action, String... parts) {
    Assertions.assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            DemurException.class,
            (Consumer<DemurException>)
                e -> Assertions.assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }
}
