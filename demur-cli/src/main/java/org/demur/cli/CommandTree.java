package org.demur.cli;

import java.util.HashSet;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// All commands of `demur` and how they are parsed.
final class CommandTree {
  private static final int HELP_WIDTH = 100;
  private static final int OPTION_WIDTH = 32;

  private CommandTree() {}

  /// The root command with everything below it.
  static CommandLine of(Context context) {
    CommandLine model =
        new CommandLine(new ModelCommand())
            .addSubcommand(new ModelPullCommand(context))
            .addSubcommand(new ModelListCommand(context));
    CommandLine judge =
        new CommandLine(new JudgeCommand())
            .addSubcommand(new JudgeLabelCommand(context))
            .addSubcommand(new JudgeEvalCommand(context))
            .addSubcommand(new JudgeCalibrateCommand(context))
            .addSubcommand(new JudgeTrainCommand(context));
    CommandLine root =
        new CommandLine(new DemurCommand())
            .addSubcommand(new AuditCommand(context))
            .addSubcommand(new CompareCommand(context))
            .addSubcommand(new ChatCommand(context))
            .addSubcommand(DirectionsCommand.tree(context))
            .addSubcommand(new GenerateCommand(context))
            .addSubcommand(HardenCommand.tree(context))
            .addSubcommand(new AttackCommand(context))
            .addSubcommand(GuardCommand.tree(context))
            .addSubcommand(judge)
            .addSubcommand(SteerCommand.tree(context))
            .addSubcommand(new InspectCommand(context))
            .addSubcommand(new VerifyCommand(context))
            .addSubcommand(new BenchCommand(context))
            .addSubcommand(model)
            .addSubcommand(new TokensCommand(context))
            .addSubcommand(new TemplateCommand(context))
            .addSubcommand(new HelpTopicCommand(context));
    root.getCommandSpec()
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version.")
                .build())
        .versionProvider(new Version(context.environment()));
    addCommonOptions(root, new HashSet<>());
    return root.setOut(context.console().writer())
        .setErr(context.console().errorWriter())
        .setUsageHelpWidth(HELP_WIDTH)
        .setUsageHelpLongOptionsMaxWidth(OPTION_WIDTH)
        .setOverwrittenOptionsAllowed(false)
        .setColorScheme(
            Help.defaultColorScheme(
                context.environment().colours() ? Help.Ansi.ON : Help.Ansi.OFF));
  }

  private static void addCommonOptions(CommandLine command, Set<CommandSpec> seen) {
    CommandSpec spec = command.getCommandSpec();
    if (!seen.add(spec)) {
      return;
    }
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    spec.addOption(
        OptionSpec.builder("--debug").description("Show the trace of a failure.").build());
    command.getSubcommands().values().forEach(child -> addCommonOptions(child, seen));
  }
}
