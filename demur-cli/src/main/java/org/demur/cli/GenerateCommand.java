package org.demur.cli;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.demur.model.ModelTextFiles;
import org.demur.model.Prompt;
import org.demur.model.PromptEncoder;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Plan;
import org.demur.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Answers one prompt, or a file of them, with or without edits of the residual stream.
@Command(
    name = "generate",
    description = {
      "Generate text after a prompt, or after every prompt of a file.",
      "Edits of the residual stream are reported with a receipt; an edit that touched no token"
          + " fails the run (exit code 1)."
    },
    footer = {
      "",
      "Examples:",
      "  demur generate smollm2 --chat --prompt \"Name three colours\"",
      "  demur generate smollm2 --batch prompts.jsonl --chat --max-new-tokens 64 --json",
      "  demur generate smollm2 --chat --prompt - --ablate refusal.safetensors < prompt.txt",
      "  demur generate smollm2 --prompt \"Once\" --add steer.safetensors:joy@12*4 --positions"
          + " generated",
      "",
      "Each line of a batch file is an object with \"prompt\" or \"messages\", and perhaps \"id\" and",
      "\"plan\" (edits of that row alone)."
    })
final class GenerateCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "The prompt, or - for standard input.")
  private @Nullable String prompt;

  @Option(names = "--batch", paramLabel = "FILE.jsonl", description = "Many prompts.")
  private @Nullable Path batch;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows that run together (default: 32).")
  private int batchSize = 32;

  @Option(
      names = "--chat",
      description = "The prompt is a user's message: render it with the chat template.")
  private boolean chat;

  @Option(names = "--system", paramLabel = "TEXT", description = "System message of --chat.")
  private @Nullable String system;

  @Option(
      names = "--special",
      description =
          "Parse literals of control tokens in texts as these tokens; a message can then forge a"
              + " turn.")
  private boolean special;

  @Mixin private final SamplingOptions sampling = new SamplingOptions();
  @Mixin private final EditOptions edits = new EditOptions();

  @Option(
      names = "--log-probabilities",
      description = "Keep the log-probability of every token; needs --json.")
  private boolean logProbabilities;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  GenerateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    checkOptions();
    List<BatchRow> given = rows();
    Plan plan = edits.plan();
    try (LoadedModel loaded = options.load(context, RunOptions.Purpose.TEXT)) {
      ModelTextFiles text = ModelTextFiles.open(loaded.location().path());
      try (Tokenizer tokenizer = text.tokenizer()) {
        context.console().note(Provenance.line(loaded));
        PromptEncoder encoder =
            new PromptEncoder(text, tokenizer, special, LocalDateTime.now(ZoneId.systemDefault()));
        List<PromptRow> rows = given.stream().map(row -> encode(row, encoder, plan)).toList();
        GenerationRun run = new GenerationRun(loaded, tokenizer, sampling, logProbabilities);
        AnswerPrinter printer = new AnswerPrinter(context.console(), style());
        List<GenerationRun.Group> groups = run.run(rows, batchSize, printer);
        finish(loaded, groups);
        return run.cancelled() ? ExitCodes.INTERRUPTED : ExitCodes.FINE;
      }
    }
  }

  private void checkOptions() {
    if ((prompt == null) == (batch == null)) {
      throw CliException.usage("give either --prompt TEXT or --batch FILE.jsonl");
    }
    if (batchSize < 1) {
      throw CliException.usage("--batch-size must be at least 1, got " + batchSize);
    }
    if (logProbabilities && !json) {
      throw CliException.usage("--log-probabilities are shown with --json only");
    }
    if (system != null && !chat) {
      throw CliException.usage("--system is a message of a chat; give --chat, too");
    }
  }

  private AnswerPrinter.Style style() {
    if (json) {
      return AnswerPrinter.Style.SILENT;
    }
    return batch == null ? AnswerPrinter.Style.STREAM : AnswerPrinter.Style.HEADINGS;
  }

  private List<BatchRow> rows() {
    if (batch != null) {
      return BatchJson.read(batch);
    }
    String text = "-".equals(prompt) ? context.console().readAll() : String.valueOf(prompt);
    return List.of(BatchRow.of("0", text));
  }

  private PromptRow encode(BatchRow row, PromptEncoder encoder, Plan shared) {
    List<Intervention> all = new ArrayList<>(shared.interventions());
    row.plan().ifPresent(own -> all.addAll(own.interventions()));
    return new PromptRow(row.id(), prompt(row, encoder), new Plan(all));
  }

  private Prompt prompt(BatchRow row, PromptEncoder encoder) {
    if (row.prompt().isEmpty()) {
      return encoder.chat(row.messages());
    }
    String content = row.prompt().get();
    return chat ? encoder.question(Optional.ofNullable(system), content) : encoder.plain(content);
  }

  private void finish(LoadedModel loaded, List<GenerationRun.Group> groups) {
    if (json) {
      Provenance provenance =
          Provenance.of(loaded, options.cache(context.environment()), context.environment());
      context.console().json(GenerationDocument.of(loaded, groups, sampling.seed(), provenance));
    }
    GenerationDocument.summary(groups).ifPresent(context.console()::note);
  }
}
