package org.demur.cli;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.core.ErrorCode;
import org.demur.model.ModelTextFiles;
import org.demur.text.template.ChatTemplate;
import org.demur.text.template.RenderOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Renders a conversation with a chat template.
@Command(
    name = "template",
    description = {
      "Render a conversation with the chat template of a model, or of a .jinja file.",
      "The template sees messages, tools, add_generation_prompt (true unless set), the model's"
          + " special tokens such as bos_token, and what --set adds."
    },
    footer = {
      "",
      "Examples:",
      "  demur template smollm2 --messages chat.json",
      "  demur template chat.jinja --messages chat.json --tools tools.json --set bos_token=\"<s>\"",
      "  demur template smollm2 --messages chat.json --set add_generation_prompt=false --json",
      "",
      "The messages file is a JSON array of {\"role\": ..., \"content\": ...}, or an object with",
      "\"messages\", \"tools\" and other variables. A value of --set is JSON when it can be read as"
          + " such,",
      "else text."
    })
final class TemplateCommand implements Callable<Integer> {
  private static final String MESSAGES = "messages";
  private static final String TOOLS = "tools";
  private static final String GENERATION_PROMPT = "add_generation_prompt";

  private final Context context;

  @Parameters(
      paramLabel = "MODEL_OR_FILE.jinja",
      description = "A model, or a file with a template.")
  private String model = "";

  @Option(
      names = "--messages",
      paramLabel = "FILE",
      required = true,
      description = "The conversation as JSON, or - for standard input.")
  private String messages = "";

  @Option(names = "--tools", paramLabel = "FILE", description = "Tools as a JSON array.")
  private @Nullable Path tools;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Set a variable of the template; may be repeated.")
  private List<String> settings = List.of();

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(names = "--json", description = "Print {\"rendered\": \"...\"} and nothing else.")
  private boolean json;

  TemplateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Map<String, Object> given = given();
    Chosen chosen = choose(given.get(TOOLS) != null);
    Map<String, Object> variables = new LinkedHashMap<>(chosen.specialTokens());
    variables.put(GENERATION_PROMPT, true);
    variables.putAll(given);
    String rendered =
        chosen
            .template()
            .render(variables, RenderOptions.at(LocalDateTime.now(ZoneId.systemDefault())));
    if (json) {
      context.console().json(Map.of("rendered", rendered));
    } else {
      context.console().print(rendered);
    }
    return ExitCodes.FINE;
  }

  /// What the files and settings say, the later over the earlier.
  private Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>(conversation());
    if (tools != null) {
      given.put(TOOLS, InputJson.array(tools));
    }
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw CliException.usage(
            "--set takes NAME=VALUE, as in --set bos_token=\"<s>\"; got one without a name or \"=\"");
      }
      given.put(setting.substring(0, equals), InputJson.valueOrText(setting.substring(equals + 1)));
    }
    return given;
  }

  private Map<String, Object> conversation() {
    boolean standardInput = messages.equals("-");
    String place = standardInput ? "standard input" : messages;
    Object value =
        standardInput
            ? InputJson.value(place, context.console().readAll())
            : InputJson.value(Path.of(messages));
    Map<String, Object> conversation =
        switch (value) {
          case List<?> list -> Map.of(MESSAGES, list);
          case Map<?, ?> object -> InputJson.asObject(object);
          case null, default ->
              throw new CliException(
                  ErrorCode.JSON_FORMAT,
                  place + ": an array of messages, or an object with \"messages\", is needed");
        };
    if (!(conversation.get(MESSAGES) instanceof List<?>)) {
      throw new CliException(
          ErrorCode.JSON_FORMAT, place + ": the field \"messages\" must be an array");
    }
    return conversation;
  }

  private Chosen choose(boolean withTools) {
    if (model.endsWith(".jinja")) {
      return new Chosen(ChatTemplate.parse(InputFiles.read(Path.of(model)), model), Map.of());
    }
    ModelTextFiles files = ModelTextFiles.open(source.resolve(model, context).path());
    ChatTemplate template =
        files
            .chatTemplate(withTools)
            .orElseThrow(
                () ->
                    new CliException(
                        ErrorCode.NOT_FOUND,
                        model + " has no chat template; name a .jinja file instead"));
    return new Chosen(template, files.specialTokens());
  }

  private record Chosen(ChatTemplate template, Map<String, String> specialTokens) {}
}
