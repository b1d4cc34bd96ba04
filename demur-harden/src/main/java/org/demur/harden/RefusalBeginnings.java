package org.demur.harden;

import org.demur.data.Label;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.RefusalTokenSearch;
import org.demur.directions.RefusalTokens;
import org.demur.eval.judge.Reply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.model.Speaker;

/// Finds the tokens that a model begins its refusals with, from its own replies to train prompts.
public final class RefusalBeginnings {
  private static final int MOST_PROMPTS = 24;

  private RefusalBeginnings() {}

  /// The tokens of the model as it is; the usual ones where it refuses too little to tell.
  ///
  /// @param prompts whose harmful train prompts it is asked
  /// @param judge tells which replies decline
  public static RefusalTokens of(Speaker speaker, AttackPrompts prompts, ReplyJudge judge) {
    EncodedPrompts harmful =
        EncodedPrompts.of(
            prompts.train().with(Label.HARMFUL).atMost(MOST_PROMPTS),
            speaker.encoder(),
            false,
            speaker.model().architecture().longestRow());
    return new RefusalTokenSearch(
            speaker.model(), speaker.tokenizer(), speaker.endOfSequence(), declining(judge))
        .run(harmful, done -> {});
  }

  /// Lets a judge say which replies decline.
  public static RefusalTokenSearch.RefusalTest declining(ReplyJudge judge) {
    return (prompt, reply, truncated) ->
        judge.judge(Reply.to(prompt, reply).truncated(truncated)).label().declines();
  }
}
