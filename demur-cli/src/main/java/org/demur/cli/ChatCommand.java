package org.demur.cli;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.demur.model.ModelTextFiles;
import org.demur.model.PromptEncoder;
import org.demur.model.intervention.Plan;
import org.demur.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// A conversation with a model in the terminal.
@Command(
    name = "chat",
    description = {
      "Talk with a model.",
      "Answers appear as they are generated. Inside: /system TEXT, /reset, /help, /exit; Ctrl-C stops"
          + " an answer, Ctrl-D leaves. Without a terminal every line of standard input is a"
          + " message."
    },
    footer = {
      "",
      "Examples:",
      "  demur chat smollm2",
      "  demur chat smollm2 --system \"Answer in one sentence.\" --temperature 0.7 --seed 1",
      "  demur chat smollm2 --ablate refusal.safetensors"
    })
final class ChatCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();

  @Option(names = "--system", paramLabel = "TEXT", description = "The system message.")
  private @Nullable String system;

  @Mixin private final SamplingOptions sampling = new SamplingOptions();
  @Mixin private final EditOptions edits = new EditOptions();

  ChatCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Plan plan = edits.plan();
    boolean terminal = context.environment().terminals().conversational();
    try (LoadedModel loaded = options.load(context, RunOptions.Purpose.TEXT)) {
      ModelTextFiles text = ModelTextFiles.open(loaded.location().path());
      try (Tokenizer tokenizer = text.tokenizer();
          LineSource lines =
              terminal ? new TerminalLines() : new StreamLines(context.console().input())) {
        PromptEncoder encoder =
            new PromptEncoder(text, tokenizer, false, LocalDateTime.now(ZoneId.systemDefault()));
        encoder.requireTemplate();
        if (terminal) {
          context.console().note(Provenance.line(loaded));
          context.console().note("/help shows what you can do; Ctrl-D leaves");
        }
        ChatTurn turn =
            new ChatTurn(
                context.console(),
                encoder,
                new GenerationRun(loaded, tokenizer, sampling, false),
                plan);
        new ChatLoop(context.console(), lines, turn, terminal)
            .run(new Conversation(Optional.ofNullable(system)));
      }
    }
    return ExitCodes.FINE;
  }
}
