package org.demur.cli;

import java.util.concurrent.Callable;
import org.demur.model.ModelFiles;
import org.demur.model.ModelTextFiles;
import org.demur.model.source.ModelLocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows what a model is made of, without loading its weights.
@Command(
    name = "inspect",
    description = {
      "Show what a model is made of; its weights are not loaded.",
      "Architecture, parameters, types of the tensors, tokenizer, chat template, the tokens that the"
          + " template puts after the user's text (t_post-inst), context, license."
    },
    footer = {
      "",
      "Examples:",
      "  demur inspect smollm2",
      "  demur inspect path/to/model.gguf --json"
    })
final class InspectCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      paramLabel = "MODEL",
      description = "A registered name, a folder, a .gguf file or hf:org/name[@revision].")
  private String model = "";

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  InspectCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ModelLocation location = source.resolve(model, context);
    ModelTextFiles text = ModelTextFiles.open(location.path());
    try (ModelFiles files = ModelFiles.open(location.path())) {
      Inspection inspection = Inspection.of(location, files, text);
      if (json) {
        context.console().json(inspection.document());
      } else {
        inspection.print(context.console());
      }
    }
    return ExitCodes.FINE;
  }
}
