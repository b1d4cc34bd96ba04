package org.demur.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.demur.directions.ControlVectors;
import org.demur.directions.StoredDirections;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes a direction as a control vector of llama.cpp.
@Command(
    name = "export",
    description = {
      "Write a direction as a GGUF control vector, which llama.cpp takes with --control-vector.",
      "It is added to the output of a block: the vector of layer l acts after block l - 1, so that"
          + " layers 0 and 1 have no place in it."
    },
    footer = {
      "",
      "Examples:",
      "  demur directions export refusal.safetensors --control-vector refusal.gguf",
      "  demur directions export d.safetensors:harmfulness --layers 10-20 --control-vector h.gguf"
    })
final class DirectionsExportCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "FILE[:NAME]", description = "A file of directions, and which one.")
  private String source = "";

  @Option(
      names = "--control-vector",
      required = true,
      paramLabel = "OUT.gguf",
      description = "Where to write.")
  private Path target = Path.of("");

  @Option(
      names = "--layers",
      paramLabel = "A-B[:STEP]",
      description = "Only these layers; for a single vector the layers at which it is to act.")
  private @Nullable String layers;

  DirectionsExportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    VectorName name = VectorName.parse(source);
    StoredDirections stored = StoredDirections.read(name.file());
    int rows = stored.file().fingerprint().nLayers() + 1;
    List<Integer> wanted = layers == null ? List.of() : LayerRange.parse(layers, rows);
    SequencedMap<Integer, float[]> vectors = stored.rows(name.keyIn(stored), wanted);
    String hint =
        stored.file().facts().get("architecture") instanceof String known ? known : "unknown";
    int written = ControlVectors.write(target, hint, vectors);
    context
        .console()
        .line(
            "%s: %s of %d layers (%d to %d)"
                .formatted(
                    target,
                    name.keyIn(stored),
                    written,
                    Math.max(vectors.firstEntry().getKey(), ControlVectors.FIRST_ROW),
                    vectors.lastEntry().getKey()));
    return ExitCodes.FINE;
  }
}
