package org.demur.cli;

import java.util.List;
import org.demur.model.PromptEncoder;
import org.demur.model.generation.Generated.Answer;
import org.demur.model.generation.Generated.FinishReason;
import org.demur.model.intervention.Plan;

/// One answer in a conversation: generated, shown as it comes, and remembered.
final class ChatTurn {
  private final Console console;
  private final PromptEncoder encoder;
  private final GenerationRun run;
  private final Plan plan;

  ChatTurn(Console console, PromptEncoder encoder, GenerationRun run, Plan plan) {
    this.console = console;
    this.encoder = encoder;
    this.run = run;
    this.plan = plan;
  }

  /// Answers the last message of the conversation and adds the answer to it.
  void answer(Conversation conversation) {
    PromptRow prompt = new PromptRow("chat", encoder.chat(conversation.messages()), plan);
    AnswerPrinter printer = new AnswerPrinter(console, AnswerPrinter.Style.STREAM);
    GenerationRun.Group group = run.run(List.of(prompt), 1, printer).getFirst();
    Answer answer = group.generated().rows().getFirst();
    if (answer.finishReason() == FinishReason.CANCELLED) {
      console.note("[stopped]");
    } else if (answer.finishReason() == FinishReason.LENGTH) {
      console.note("[the answer has reached --max-new-tokens]");
    }
    conversation.answer(answer.text());
  }
}
