package org.demur.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Groups the commands that fetch and list models.
@Command(
    name = "model",
    description = "Fetch models and list the known ones.",
    synopsisSubcommandLabel = "(pull | list)",
    commandListHeading = "%nCommands:%n")
final class ModelCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: pull or list");
  }
}
