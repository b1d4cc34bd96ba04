package org.demur.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows the tokens of a text.
@Command(
    name = "tokens",
    description = {
      "Show the tokens of a text.",
      "Literals of control tokens such as <|im_start|> are ordinary text unless --special is given."
          + " No token is added in front. A GGUF file that holds only a vocabulary is enough."
    },
    footer = {
      "",
      "Examples:",
      "  demur tokens smollm2 \"Hello there\"",
      "  demur tokens vocabulary.gguf --special --json \"<s>Hello\"",
      "  demur tokens smollm2 - < prompt.txt"
    })
final class TokensCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final TextOfModel model = new TextOfModel();

  @Parameters(index = "1", paramLabel = "TEXT", description = "The text, or - for standard input.")
  private String text = "";

  @Option(names = "--special", description = "Parse literals of control tokens as these tokens.")
  private boolean special;

  @Option(
      names = "--json",
      description = "Print {\"ids\": [...], \"pieces\": [...]} and nothing else.")
  private boolean json;

  TokensCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String content = text.equals("-") ? context.console().readAll() : text;
    try (Tokenizer tokenizer = model.open(context).tokenizer()) {
      int[] ids = tokenizer.encode(content, special ? ControlTokens.PARSED : ControlTokens.PLAIN);
      List<String> pieces = Arrays.stream(ids).mapToObj(tokenizer::piece).toList();
      if (json) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ids", ids);
        document.put("pieces", pieces);
        context.console().json(document);
      } else {
        print(ids, pieces);
        context.console().note(ids.length + (ids.length == 1 ? " token" : " tokens"));
      }
    }
    return ExitCodes.FINE;
  }

  private void print(int[] ids, List<String> pieces) {
    StringBuilder lines = new StringBuilder();
    for (int place = 0; place < ids.length; place++) {
      lines.append("%8d  %s%n".formatted(ids[place], pieces.get(place)));
    }
    context.console().print(lines.toString());
  }
}
