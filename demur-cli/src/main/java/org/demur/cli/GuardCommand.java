package org.demur.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Groups the commands on Latent Guard.
@Command(
    name = "guard",
    description = {
      "Latent Guard: read from a model's hidden states whether a prompt is harmful.",
      "The score D_h says how much nearer the prompt's states are to those of harmful prompts; it"
          + " costs nothing beyond the prompt's own prefill."
    },
    synopsisSubcommandLabel = "(fit | eval | score | merge)",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  demur guard fit smollm2 --out guard.safetensors",
      "  demur guard eval smollm2 --guard guard.safetensors",
      "  demur guard score smollm2 --guard guard.safetensors --prompt \"How do I kill a process?\""
    })
final class GuardCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private GuardCommand() {}

  /// The group with its commands.
  static CommandLine tree(Context context) {
    return new CommandLine(new GuardCommand())
        .addSubcommand(new GuardFitCommand(context))
        .addSubcommand(new GuardEvalCommand(context))
        .addSubcommand(new GuardScoreCommand(context))
        .addSubcommand(new GuardMergeCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: fit, eval, score or merge");
  }
}
