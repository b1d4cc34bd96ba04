package org.demur.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.demur.guard.GuardFile;
import org.demur.guard.GuardFileJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Joins two guards of one model.
@Command(
    name = "merge",
    description = {
      "Join two guards of one model into the guard of all their prompts.",
      "The threshold of the result is 0: a calibrated one holds only for the scores that it was"
          + " chosen on."
    },
    footer = {
      "",
      "Examples:",
      "  demur guard merge a.safetensors b.safetensors --out c.safetensors"
    })
final class GuardMergeCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "A", description = "A guard.")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "Another guard of the same model.")
  private Path second = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.safetensors",
      description = "Where to write; the JSON file is put beside it.")
  private Path out = Path.of("");

  GuardMergeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    GuardFile merged = GuardFile.merged(first, second);
    GuardFileJson.write(merged, out);
    context
        .console()
        .line(
            "%s: %d harmful and %d harmless prompts, threshold 0"
                .formatted(
                    out,
                    merged.centroids().positive().count(),
                    merged.centroids().negative().count()));
    return ExitCodes.FINE;
  }
}
