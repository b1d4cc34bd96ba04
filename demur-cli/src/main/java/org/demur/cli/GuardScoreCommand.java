package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.demur.core.ErrorCode;
import org.demur.data.PromptFiles;
import org.demur.data.PromptText;
import org.demur.data.ReadOptions;
import org.demur.guard.GuardFile;
import org.demur.guard.GuardPass;
import org.demur.guard.GuardScore;
import org.demur.model.Prompt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Scores prompts with a guard.
@Command(
    name = "score",
    description = {
      "Score prompts with a guard: D_h, and whether it reaches the guard's threshold.",
      "Nothing is generated; only the prompt itself is run."
    },
    footer = {
      "",
      "Examples:",
      "  demur guard score smollm2 --guard guard.safetensors --prompt \"How do I bake bread?\"",
      "  demur guard score smollm2 --guard guard.safetensors --batch prompts.jsonl --json"
    })
final class GuardScoreCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();

  @Option(
      names = "--guard",
      required = true,
      paramLabel = "FILE",
      description = "What guard fit wrote.")
  private Path file = Path.of("");

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "The prompt, or - for standard input.")
  private @Nullable String prompt;

  @Option(
      names = "--batch",
      paramLabel = "FILE",
      description = "Many prompts: JSONL, JSON, CSV, TSV, Parquet, TXT or a dataset folder.")
  private @Nullable Path batch;

  @Option(
      names = "--field",
      paramLabel = "NAME",
      description = "Column that holds the prompt (default: prompt, instruction, text, ...).")
  private @Nullable String field;

  @Option(
      names = "--plain",
      description = "Give the bare prompts without a chat template, for base models.")
  private boolean plain;

  @Option(names = "--layers", description = "Also the score of every layer; needs --json.")
  private boolean layers;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  GuardScoreCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (layers && !json) {
      throw CliException.usage("--layers are shown with --json only");
    }
    List<PromptText> texts = texts();
    try (Subject subject = Subject.load(options, context, plain)) {
      GuardFile guard = GuardFile.read(file, subject.fingerprint());
      context.console().note(Provenance.line(subject.loaded()));
      List<Prompt> prompts = texts.stream().map(one -> encode(one, subject)).toList();
      GuardPass pass = new GuardPass(subject.loaded().model(), subject.fingerprint());
      List<GuardScore> scores =
          prompts.size() == 1
              ? pass.score(guard.guard(), prompts, done -> {})
              : WorkProgress.run(
                  context,
                  new WorkProgress.Task("scores", "prompts", prompts.size()),
                  progress -> pass.score(guard.guard(), prompts, progress));
      report(subject, guard, texts, scores);
      return ExitCodes.FINE;
    }
  }

  private List<PromptText> texts() {
    Path many = batch;
    String one = prompt;
    if (many != null && one == null) {
      ReadOptions usual = ReadOptions.defaults();
      String column = field;
      return PromptFiles.read(many, column == null ? usual : usual.withField(column));
    }
    if (one == null || many != null) {
      throw CliException.usage("give either --prompt TEXT or --batch FILE");
    }
    if (field != null) {
      throw CliException.usage("--field says how --batch is read");
    }
    String text = one.equals("-") ? context.console().readAll() : one;
    if (text.isBlank()) {
      throw new CliException(ErrorCode.FILE_FORMAT, "the prompt is empty");
    }
    return List.of(new PromptText("prompt", text, Optional.empty()));
  }

  private Prompt encode(PromptText text, Subject subject) {
    Prompt encoded =
        plain
            ? subject.encoder().bare(text.text())
            : subject.encoder().question(Optional.empty(), text.text());
    int longest = subject.loaded().model().architecture().longestRow();
    if (encoded.length() > longest) {
      throw new CliException(
          ErrorCode.CONTEXT_LENGTH,
          "prompt %s has %d tokens, but the model's context takes %d"
              .formatted(text.id(), encoded.length(), longest));
    }
    return encoded;
  }

  private void report(
      Subject subject, GuardFile guard, List<PromptText> texts, List<GuardScore> scores) {
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("model", subject.loaded().location().name());
      document.put("guard", file.toString());
      document.put("threshold", guard.settings().threshold());
      document.put("calibrated", guard.calibration().isPresent());
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i = 0; i < scores.size(); i++) {
        rows.add(row(texts.get(i).id(), scores.get(i)));
      }
      document.put("scores", rows);
      context.console().json(document);
      return;
    }
    Table table = new Table("id", "D_h", "flagged");
    for (int i = 0; i < scores.size(); i++) {
      table.row(
          texts.get(i).id(),
          Numbers.fixed(scores.get(i).score(), 5),
          scores.get(i).flagged() ? "harmful" : "-");
    }
    table.print(context.console());
    context
        .console()
        .line(
            "threshold %s, %s"
                .formatted(
                    Numbers.fixed(guard.settings().threshold(), 5), guard.settings().summary()));
  }

  private Map<String, Object> row(String id, GuardScore score) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", id);
    row.put("score", score.score());
    row.put("flagged", score.flagged());
    if (layers) {
      row.put("byLayer", Arrays.stream(score.byRow()).boxed().toList());
    }
    return row;
  }
}
