package org.demur.cli;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// All commands of `demur` and how they are parsed.
final class CommandTree {
  private static final int HELP_WIDTH = 100;
  private static final int OPTION_WIDTH = 32;
  private static final String HELP = "help";

  /// The commands by name, in the order in which the help shows them.
  static final SequencedMap<String, Function<Context, Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("audit", AuditCommand::new);
    COMMANDS.put("compare", CompareCommand::new);
    COMMANDS.put("chat", ChatCommand::new);
    COMMANDS.put("directions", DirectionsCommand::tree);
    COMMANDS.put("generate", GenerateCommand::new);
    COMMANDS.put("harden", HardenCommand::tree);
    COMMANDS.put("attack", AttackCommand::new);
    COMMANDS.put("guard", GuardCommand::tree);
    COMMANDS.put("judge", CommandTree::judge);
    COMMANDS.put("steer", SteerCommand::tree);
    COMMANDS.put("inspect", InspectCommand::new);
    COMMANDS.put("verify", VerifyCommand::new);
    COMMANDS.put("bench", BenchCommand::new);
    COMMANDS.put("model", CommandTree::model);
    COMMANDS.put("tokens", TokensCommand::new);
    COMMANDS.put("template", TemplateCommand::new);
    COMMANDS.put(HELP, HelpTopicCommand::new);
  }

  private CommandTree() {}

  /// The root command with everything below it.
  static CommandLine of(Context context) {
    return of(context, COMMANDS.sequencedKeySet());
  }

  /// The root command with as much below it as these arguments need: one command when they begin
  /// with its name, or else all. Reading all options takes a tenth of a second.
  static CommandLine forArguments(Context context, List<String> args) {
    String first = args.isEmpty() ? HELP : args.getFirst();
    boolean alone = COMMANDS.containsKey(first) && !first.equals(HELP);
    return alone ? of(context, List.of(first)) : of(context);
  }

  private static CommandLine judge(Context context) {
    return new CommandLine(new JudgeCommand())
        .addSubcommand(new JudgeLabelCommand(context))
        .addSubcommand(new JudgeEvalCommand(context))
        .addSubcommand(new JudgeCalibrateCommand(context))
        .addSubcommand(new JudgeTrainCommand(context));
  }

  private static CommandLine model(Context context) {
    return new CommandLine(new ModelCommand())
        .addSubcommand(new ModelPullCommand(context))
        .addSubcommand(new ModelListCommand(context));
  }

  private static CommandLine of(Context context, Collection<String> names) {
    CommandLine root = new CommandLine(new DemurCommand());
    names.forEach(
        name -> root.addSubcommand(Objects.requireNonNull(COMMANDS.get(name)).apply(context)));
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
