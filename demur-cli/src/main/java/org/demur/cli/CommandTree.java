package org.demur.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// All commands of `demur` and how they are parsed.
final class CommandTree {
  private static final int HELP_WIDTH = 100;
  private static final int OPTION_WIDTH = 32;
  private static final String HELP = "help";

  /// The names of the commands in the order in which the help shows them.
  static final List<String> NAMES =
      List.of(
          "audit",
          "compare",
          "chat",
          "directions",
          "generate",
          "harden",
          "attack",
          "guard",
          "judge",
          "steer",
          "inspect",
          "verify",
          "bench",
          "model",
          "tokens",
          "template",
          HELP);

  private CommandTree() {}

  /// The root command with everything below it.
  static CommandLine of(Context context) {
    return of(context, NAMES);
  }

  /// The root command with as much below it as these arguments need: one command when they begin
  /// with its name, or else all. Reading all options takes a tenth of a second.
  static CommandLine forArguments(Context context, List<String> args) {
    return of(
        context,
        !args.isEmpty() && NAMES.contains(args.getFirst()) && !args.getFirst().equals(HELP)
            ? List.of(args.getFirst())
            : NAMES);
  }

  private static Object command(String name, Context context) {
    return switch (name) {
      case "audit" -> new AuditCommand(context);
      case "compare" -> new CompareCommand(context);
      case "chat" -> new ChatCommand(context);
      case "directions" -> DirectionsCommand.tree(context);
      case "generate" -> new GenerateCommand(context);
      case "harden" -> HardenCommand.tree(context);
      case "attack" -> new AttackCommand(context);
      case "guard" -> GuardCommand.tree(context);
      case "judge" ->
          new CommandLine(new JudgeCommand())
              .addSubcommand(new JudgeLabelCommand(context))
              .addSubcommand(new JudgeEvalCommand(context))
              .addSubcommand(new JudgeCalibrateCommand(context))
              .addSubcommand(new JudgeTrainCommand(context));
      case "steer" -> SteerCommand.tree(context);
      case "inspect" -> new InspectCommand(context);
      case "verify" -> new VerifyCommand(context);
      case "bench" -> new BenchCommand(context);
      case "model" ->
          new CommandLine(new ModelCommand())
              .addSubcommand(new ModelPullCommand(context))
              .addSubcommand(new ModelListCommand(context));
      case "tokens" -> new TokensCommand(context);
      case "template" -> new TemplateCommand(context);
      case HELP -> new HelpTopicCommand(context);
      default -> throw new IllegalArgumentException("no command has the name " + name);
    };
  }

  private static CommandLine of(Context context, List<String> names) {
    CommandLine root = new CommandLine(new DemurCommand());
    names.forEach(name -> root.addSubcommand(command(name, context)));
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
