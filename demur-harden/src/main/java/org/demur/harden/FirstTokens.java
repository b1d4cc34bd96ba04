package org.demur.harden;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.demur.directions.NextToken;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ResidualReader;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.intervention.Plan;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.train.Refusals;

/// Tells by the first token of replies how many prompts a model refuses that is trained on our own
/// refusals.
final class FirstTokens {
  private final Speaker speaker;
  private final RefusalTokens tokens;

  FirstTokens(Speaker speaker) {
    this.speaker = speaker;
    Set<Integer> ids = new TreeSet<>();
    for (String refusal : Refusals.builtIn()) {
      ids.add(speaker.tokenizer().encode(refusal, ControlTokens.PLAIN)[0]);
    }
    List<Integer> list = new ArrayList<>(ids);
    List<String> pieces =
        list.stream().map(id -> speaker.tokenizer().decode(new int[] {id}, false)).toList();
    this.tokens = new RefusalTokens(list, pieces, 0, 0);
  }

  /// The tokens that our refusals begin with.
  RefusalTokens tokens() {
    return tokens;
  }

  /// Share of prompts whose reply begins with one of them more likely than not, in [0, 1].
  ///
  /// @param prompts at least one
  /// @param plan edits of the model
  double refused(List<Prompt> prompts, Plan plan) {
    int[] refused = {0};
    new ResidualReader(speaker.model())
        .lastLogits(
            prompts,
            plan,
            (index, logits) ->
                refused[0] += NextToken.refusalLogOdds(logits, tokens.ids()) > 0 ? 1 : 0);
    return refused[0] / (double) prompts.size();
  }
}
