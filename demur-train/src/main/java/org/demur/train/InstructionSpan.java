package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.model.Prompt;

/// Finds the tokens of the user's text among those of a chat template, from the prompts alone: what
/// all prompts begin with is the template's.
final class InstructionSpan {
  private final int first;

  InstructionSpan(TrainingData data) {
    List<Prompt> prompts = new ArrayList<>(data.harmfulPrompts());
    data.utility().forEach(row -> prompts.add(row.promptOnly()));
    int[] shared = prompts.getFirst().ids();
    int length = shared.length;
    for (Prompt prompt : prompts) {
      int[] ids = prompt.ids();
      int same = 0;
      while (same < Math.min(length, ids.length) && ids[same] == shared[same]) {
        same++;
      }
      length = same;
    }
    first = length;
  }

  /// Positions of the text in a row's prompt, rising; at least one. A prompt that does not say
  /// where its text ends is text to its end.
  List<Integer> in(TrainingRow row) {
    int last = row.prompt().tInst() < 0 ? row.prompt().promptLength() - 1 : row.prompt().tInst();
    return IntStream.rangeClosed(Math.min(first, last), last).boxed().toList();
  }
}
