package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.core.ErrorCode;
import org.demur.eval.judge.Evidence;
import org.demur.eval.judge.Reply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.eval.judge.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Labels one reply, or those of a file.
@Command(
    name = "label",
    description = {
      "Label replies with one of five classes.",
      "Words of the prompt never decide: give it where it is known."
    },
    footer = {
      "",
      "Examples:",
      "  demur judge label --reply \"I can't help with that.\" --json",
      "  demur judge label --data replies.jsonl",
      "  demur judge label --reply - < reply.txt",
      "",
      "Each line of FILE is an object with \"response\" and perhaps \"prompt\", \"id\" and"
          + " \"truncated\"."
    })
final class JudgeLabelCommand implements Callable<Integer> {
  private static final class Source {
    @Option(
        names = "--reply",
        required = true,
        paramLabel = "TEXT",
        description = "One reply, or - for standard input.")
    private @Nullable String reply;

    @Option(
        names = "--data",
        required = true,
        paramLabel = "FILE",
        description = "Replies as JSON Lines.")
    private @Nullable Path data;
  }

  private record Row(String id, Reply reply) {}

  private final Context context;

  @ArgGroup(multiplicity = "1")
  private final Source source = new Source();

  @Option(names = "--prompt", paramLabel = "TEXT", description = "The prompt of --reply.")
  private String prompt = "";

  @Mixin private final JudgeOptions options = new JudgeOptions();

  @Option(names = "--json", description = "Print {\"judge\", \"replies\": [...]} and nothing else.")
  private boolean json;

  JudgeLabelCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ReplyJudge judge = options.judge();
    List<Map<String, Object>> found = new ArrayList<>();
    Table table = new Table("id", "label", "score", "evidence");
    for (Row row : rows()) {
      Verdict verdict = judge.judge(row.reply());
      found.add(document(row.id(), verdict));
      table.row(
          row.id(),
          verdict.label().label(),
          String.format(Locale.ROOT, "%+.2f", verdict.score()),
          why(verdict));
    }
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("judge", judge.id());
      document.put("calibrated", judge.calibration().isPresent());
      document.put("replies", found);
      context.console().json(document);
    } else {
      table.print(context.console());
    }
    return ExitCodes.FINE;
  }

  private List<Row> rows() {
    if (source.data != null) {
      return fileRows(source.data);
    }
    String given = source.reply == null ? "" : source.reply;
    String text = given.equals("-") ? context.console().readAll() : given;
    return List.of(new Row("0", Reply.to(prompt, text)));
  }

  private static List<Row> fileRows(Path file) {
    List<Row> rows = new ArrayList<>();
    String[] lines = InputFiles.read(file).split("\n", -1);
    for (int number = 1; number <= lines.length; number++) {
      if (!lines[number - 1].isBlank()) {
        rows.add(row("%s, line %d".formatted(file, number), rows.size(), lines[number - 1]));
      }
    }
    if (rows.isEmpty()) {
      throw new CliException(ErrorCode.JSON_FORMAT, file + " has no replies");
    }
    return rows;
  }

  private static Row row(String place, int index, String line) {
    if (!(InputJson.value(place, line) instanceof Map<?, ?> fields)
        || !(fields.get("response") instanceof String response)) {
      throw new CliException(
          ErrorCode.JSON_FORMAT, place + ": an object with a text \"response\" is needed");
    }
    Object asked = fields.get("prompt");
    if (asked != null && !(asked instanceof String)) {
      throw new CliException(ErrorCode.JSON_FORMAT, place + ": \"prompt\" must be a text");
    }
    Object id = fields.get("id");
    Reply reply = Reply.to(asked instanceof String text ? text : "", response);
    return new Row(
        id == null ? Integer.toString(index) : String.valueOf(id),
        reply.truncated(Boolean.TRUE.equals(fields.get("truncated"))));
  }

  private static Map<String, Object> document(String id, Verdict verdict) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", id);
    document.put("label", verdict.label().label());
    document.put("score", verdict.score());
    document.put("evidence", verdict.evidence());
    return document;
  }

  private static String why(Verdict verdict) {
    return String.join(", ", verdict.evidence().stream().limit(3).map(Evidence::feature).toList());
  }
}
