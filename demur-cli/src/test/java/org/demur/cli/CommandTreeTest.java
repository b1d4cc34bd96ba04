package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// One command is made for its arguments, all of them for everything else.
class CommandTreeTest {
  private static final Context CONTEXT =
      new Context(
          Console.ofProcess(),
          new Environment(Map.of(), Environment.Terminals.NONE, Path.of("home"), "", ""));

  @Test
  void aCommandOnItsOwnIsTheSameAsAmongAll() {
    CommandLine all = CommandTree.of(CONTEXT);
    for (String name : CommandTree.COMMANDS.sequencedKeySet()) {
      CommandLine alone = CommandTree.forArguments(CONTEXT, List.of(name, "--help"));

      assertThat(usage(alone, name)).isNotEmpty().isEqualTo(usage(all, name));
    }
    assertThat(CommandTree.forArguments(CONTEXT, List.of("bench", "smollm2")).getSubcommands())
        .containsOnlyKeys("bench");
  }

  @Test
  void everythingElseSeesAllCommands() {
    for (List<String> args :
        List.of(List.<String>of(), List.of("help", "bench"), List.of("bensh"), List.of("-h"))) {
      assertThat(CommandTree.forArguments(CONTEXT, args).getSubcommands().keySet())
          .containsExactlyElementsOf(CommandTree.COMMANDS.sequencedKeySet());
    }
  }

  private static String usage(CommandLine root, String name) {
    return Objects.requireNonNull(root.getSubcommands().get(name)).getUsageMessage();
  }
}
