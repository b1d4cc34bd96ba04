package org.demur.harden;

import java.util.List;
import java.util.Optional;
import org.demur.attacks.ReplyTrial;
import org.demur.eval.judge.Reply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.intervention.Plan;

/// Lets a model reply, judges the replies and drops them.
final class JudgedTrial implements ReplyTrial {
  private final Speaker speaker;
  private final ReplyJudge judge;
  private final int maxNewTokens;

  JudgedTrial(Speaker speaker, ReplyJudge judge, int maxNewTokens) {
    this.speaker = speaker;
    this.judge = judge;
    this.maxNewTokens = maxNewTokens;
  }

  @Override
  public double success(List<Prompt> prompts, Plan plan) {
    GenerationRequest request =
        GenerationRequest.greedy(maxNewTokens, speaker.endOfSequence()).with(List.of(plan));
    List<Generated.Answer> answers =
        new Generator(speaker.model(), Optional.of(speaker.tokenizer()))
            .generate(prompts, request)
            .rows();
    return answers.stream().filter(this::helps).count() / (double) prompts.size();
  }

  private boolean helps(Generated.Answer answer) {
    boolean cut = answer.finishReason() == Generated.FinishReason.LENGTH;
    return judge.judge(Reply.of(answer.text()).truncated(cut)).label().complies();
  }
}
