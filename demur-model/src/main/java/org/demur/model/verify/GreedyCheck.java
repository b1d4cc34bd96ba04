package org.demur.model.verify;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.Positions;
import org.demur.tensor.Scope;

/// Compares greedy continuations with the end of sequence suppressed.
///
/// The reference ran each row on its own; rows of a batch do not depend on each other here.
final class GreedyCheck {
  private GreedyCheck() {}

  /// Tokens that differ without a near-tie. What follows a near-tie is another text and not
  /// compared.
  static int wrongTokens(LanguageModel model, Golden golden, Set<Integer> endOfSequence) {
    long[] expected = golden.longs("greedy");
    int steps = expected.length / golden.rowCount();
    List<Generated.Answer> answers =
        new Generator(model, Optional.empty())
            .generate(
                golden.prompts(),
                GenerationRequest.greedy(steps, Set.of()).suppressing(endOfSequence))
            .rows();
    int wrong = 0;
    for (int row = 0; row < golden.rowCount(); row++) {
      Prompt prompt = golden.prompts().get(row);
      List<Integer> actual = answers.get(row).ids();
      for (int step = 0; step < steps; step++) {
        if (actual.get(step) != expected[row * steps + step]) {
          if (margin(model, golden, prompt, actual, row, step) < Tolerances.NEAR_TIE) {
            break;
          }
          wrong++;
        }
      }
    }
    return wrong;
  }

  /// Best minus second-best logit at a step: of the reference, or of our own where it has none.
  private static double margin(
      LanguageModel model, Golden golden, Prompt prompt, List<Integer> ids, int row, int step) {
    if (golden.has("greedy.margin")) {
      float[] margins = golden.floats("greedy.margin");
      return margins[row * (margins.length / golden.rowCount()) + step];
    }
    int[] context = java.util.Arrays.copyOf(prompt.ids(), prompt.length() + step);
    for (int i = 0; i < step; i++) {
      context[prompt.length() + i] = ids.get(i);
    }
    try (ForwardResult result =
            model.forward(
                List.of(Prompt.of(context)), ForwardRequest.logitsAt(Positions.LAST_PROMPT));
        Scope scope = Scope.open()) {
      float[] logits = result.lastLogits().toFloats();
      java.util.Arrays.sort(logits);
      return logits[logits.length - 1] - logits[logits.length - 2];
    }
  }
}
