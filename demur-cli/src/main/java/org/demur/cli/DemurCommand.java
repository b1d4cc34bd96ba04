package org.demur.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command without a subcommand: shows what there is.
@Command(
    name = "demur",
    description =
        "How language models refuse: audit them, look inside, edit their residual stream.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "MODEL is a registered name (smollm2, gemma3-270m), a Hugging Face folder, a .gguf file,",
      "or hf:org/name[@revision].",
      "",
      "Examples:",
      "  demur audit",
      "  demur chat smollm2",
      "  demur generate smollm2 --chat --prompt \"What is a residual stream?\"",
      "  demur tokens smollm2 \"Hello there\" --json",
      "",
      "More: demur help models | exit-codes | environment, and demur COMMAND --help"
    })
final class DemurCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
