package org.demur.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Groups the commands that judge replies by their text.
@Command(
    name = "judge",
    description = {
      "Judge replies by their text: refusal, partial refusal, safe completion, degenerate,"
          + " compliance.",
      "The judge needs no model and no network. It says whether a reply declines, not whether it"
          + " does harm."
    },
    synopsisSubcommandLabel = "(label | eval | calibrate | train)",
    commandListHeading = "%nCommands:%n")
final class JudgeCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: label, eval, calibrate or train");
  }
}
