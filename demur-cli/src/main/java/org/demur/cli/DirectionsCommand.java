package org.demur.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Groups the commands on directions of the residual stream.
@Command(
    name = "directions",
    description = {
      "Find the directions of harmfulness and refusal in a model's hidden states.",
      "extract computes differences in means, select picks the refusal direction by what it does,"
          + " show looks into a file, export and import speak llama.cpp's format."
    },
    synopsisSubcommandLabel = "(extract | select | show | export | import)",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  demur directions extract smollm2 --out directions.safetensors",
      "  demur directions select smollm2 --directions directions.safetensors --out refusal.safetensors",
      "  demur generate smollm2 --chat --prompt \"...\" --ablate refusal.safetensors:refusal"
    })
final class DirectionsCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private DirectionsCommand() {}

  /// The group with its commands.
  static CommandLine tree(Context context) {
    return new CommandLine(new DirectionsCommand())
        .addSubcommand(new DirectionsExtractCommand(context))
        .addSubcommand(new DirectionsSelectCommand(context))
        .addSubcommand(new DirectionsShowCommand(context))
        .addSubcommand(new DirectionsExportCommand(context))
        .addSubcommand(new DirectionsImportCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: extract, select, show, export or import");
  }
}
