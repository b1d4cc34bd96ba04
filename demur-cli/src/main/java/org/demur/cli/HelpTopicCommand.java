package org.demur.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.demur.core.Suggestions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Shows the help of a command or of a topic.
@Command(
    name = "help",
    description = "Show help for a command or a topic: " + HelpTopics.NAMES + ".",
    helpCommand = true,
    footer = {"", "Examples:", "  demur help exit-codes", "  demur help model pull"})
final class HelpTopicCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      arity = "0..*",
      paramLabel = "TOPIC",
      description = "A topic, or a command with its subcommand.")
  private @Nullable List<String> words;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  HelpTopicCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    CommandLine command = spec.root().commandLine();
    List<String> path = words == null ? List.of() : words;
    if (path.size() == 1 && HelpTopics.ALL.containsKey(path.getFirst())) {
      context.console().print(HelpTopics.ALL.get(path.getFirst()));
      return ExitCodes.FINE;
    }
    for (String word : path) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        List<String> known = new ArrayList<>(command.getSubcommands().keySet());
        known.addAll(HelpTopics.ALL.keySet());
        throw CliException.usage(
            "there is no help on \"%s\"; known: %s%s"
                .formatted(word, String.join(", ", known), Suggestions.hint(word, known)));
      }
      command = next;
    }
    command.usage(context.console().writer(), command.getColorScheme());
    return ExitCodes.FINE;
  }
}
