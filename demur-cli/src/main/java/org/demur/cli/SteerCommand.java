package org.demur.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Groups the commands that add directions to the residual stream and measure what happens.
@Command(
    name = "steer",
    description = "Add a direction at one layer and measure what the model then does.",
    synopsisSubcommandLabel = "sweep",
    commandListHeading = "%nCommands:%n")
final class SteerCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private SteerCommand() {}

  /// The group with its command.
  static CommandLine tree(Context context) {
    return new CommandLine(new SteerCommand()).addSubcommand(new SteerSweepCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: sweep");
  }
}
