package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class HelpTopicCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"models", "exit-codes", "environment"})
  void everyTopicIsShownAndNamedInTheHelpOfHelp(String topic) {
    assertThat(CommandRun.of("help", topic).out()).isEqualTo(HelpTopics.ALL.get(topic));
    assertThat(CommandRun.of("help", "--help").out()).contains(topic);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyExitCodeThatAnErrorCanHaveIsExplained(ErrorCode code) {
    assertThat(CommandRun.of("help", "exit-codes").out())
        .containsPattern("(?m)^ +" + code.exitCode() + " ");
  }

  @Test
  void theCodesBeyondTheErrorCodesAreExplained() {
    assertThat(CommandRun.of("help", "exit-codes").out())
        .containsPattern("(?m)^ +0 ")
        .containsPattern("(?m)^ +70 ")
        .containsPattern("(?m)^ +130 ");
  }

  @Test
  void helpWithoutATopicListsEveryCommand() {
    CommandRun run = CommandRun.of("help");

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo(CommandRun.of("--help").out());
    assertThat(run.out()).contains("model", "help", "smollm2");
  }

  @Test
  void helpFollowsSubcommands() {
    assertThat(CommandRun.of("help", "model", "pull").out())
        .isEqualTo(CommandRun.of("model", "pull", "--help").out())
        .contains("demur model pull smollm2");
  }

  @Test
  void anUnknownTopicIsWrongUsageWithAHint() {
    CommandRun run = CommandRun.of("help", "exit-code");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no help on \"exit-code\"", "did you mean \"exit-codes\"?");
  }

  @Test
  void everyCommandHasADescriptionAndAnExampleInItsHelp() {
    CommandLine root =
        CommandTree.of(
            new Context(
                Console.ofProcess(),
                new Environment(
                    java.util.Map.of(),
                    Environment.Terminals.NONE,
                    java.nio.file.Path.of("home"),
                    "",
                    "")));
    root.getSubcommands().values().forEach(HelpTopicCommandTest::assertHelpful);
  }

  private static void assertHelpful(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
    if (command.getSubcommands().isEmpty()) {
      assertThat(command.getUsageMessage()).as(name).containsPattern("Examples?:").contains(name);
    }
    command.getSubcommands().values().forEach(HelpTopicCommandTest::assertHelpful);
  }
}
