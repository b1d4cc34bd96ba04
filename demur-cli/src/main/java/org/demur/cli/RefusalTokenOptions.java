package org.demur.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.RefusalTokenSearch;
import org.demur.directions.RefusalTokens;
import org.demur.eval.judge.Reply;
import org.demur.eval.judge.ReplyJudge;
import picocli.CommandLine.Option;

/// The tokens that count as the beginning of a refusal.
final class RefusalTokenOptions {
  private static final Pattern IDS = Pattern.compile("\\d{1,9}(,\\d{1,9})*");

  @Option(
      names = "--refusal-tokens",
      paramLabel = "derive|usual|ID,ID",
      description =
          "First tokens of a refusal: from the model's own replies to harmful prompts, those of"
              + " \"I\" and \"Sorry\", or token ids (default: derive).")
  private String tokens = "derive";

  /// The tokens; derived from replies to the harmful ones of the given prompts.
  RefusalTokens find(Subject subject, EncodedPrompts prompts, Context context) {
    RefusalTokens found =
        switch (tokens) {
          case "derive" -> derive(subject, prompts, context);
          case "usual" -> RefusalTokens.usual(subject.tokenizer());
          default -> given(subject);
        };
    context
        .console()
        .note(
            "refusal tokens: "
                + found.pieces()
                + (found.derived()
                    ? ", %.0f %% of the first-token mass of %d refusals"
                        .formatted(100 * found.coverage(), found.refusals())
                    : ""));
    return found;
  }

  private static RefusalTokens derive(Subject subject, EncodedPrompts prompts, Context context) {
    ReplyJudge judge = ReplyJudge.shipped();
    RefusalTokenSearch search =
        new RefusalTokenSearch(
            subject.loaded().model(),
            subject.tokenizer(),
            subject.loaded().endOfSequence(),
            (prompt, reply, cut) ->
                judge.judge(Reply.to(prompt, reply).truncated(cut)).label().declines());
    RefusalTokens found =
        WorkProgress.run(
            context,
            new WorkProgress.Task("refusal tokens", "replies", RefusalTokenSearch.prompts(prompts)),
            progress -> search.run(prompts, progress));
    if (!found.derived()) {
      context
          .console()
          .note(
              "note: fewer than %d of the replies are refusals, so the usual tokens stand in"
                  .formatted(RefusalTokens.FEWEST_REFUSALS));
    }
    return found;
  }

  private RefusalTokens given(Subject subject) {
    if (!IDS.matcher(tokens).matches()) {
      throw CliException.usage(
          "--refusal-tokens takes derive, usual or token ids such as 57,37388; got \"%s\""
              .formatted(tokens));
    }
    int size = subject.loaded().model().architecture().dimensions().vocabularySize();
    List<Integer> ids = new ArrayList<>();
    for (String text : tokens.split(",", -1)) {
      int id = Integer.parseInt(text);
      if (id >= size) {
        throw CliException.usage(
            "token %d is unknown: the vocabulary has ids 0 to %d".formatted(id, size - 1));
      }
      ids.add(id);
    }
    return new RefusalTokens(ids, ids.stream().map(subject.tokenizer()::piece).toList(), 0, 0);
  }

  /// What a document says about tokens.
  static Map<String, Object> document(RefusalTokens tokens) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("ids", tokens.ids());
    map.put("pieces", tokens.pieces());
    map.put("coverage", tokens.coverage());
    map.put("refusals", (long) tokens.refusals());
    return map;
  }
}
