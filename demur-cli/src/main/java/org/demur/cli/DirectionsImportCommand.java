package org.demur.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.demur.core.Hashes;
import org.demur.directions.ControlVectors;
import org.demur.directions.DirectionFile;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.ModelFingerprint;
import org.demur.directions.StoredDirections;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Reads a control vector of llama.cpp.
@Command(
    name = "import",
    description = {
      "Read a GGUF control vector and write it as the direction named direction, one row a layer.",
      "A control vector does not say which model it is of; --model binds it to one, and commands"
          + " that check it take no other."
    },
    footer = {
      "",
      "Examples:",
      "  demur directions import joy.gguf --out joy.safetensors",
      "  demur generate smollm2 --chat --prompt \"Hello\" --add joy.safetensors:direction@12*1.5"
    })
final class DirectionsImportCommand implements Callable<Integer> {
  private static final String UNKNOWN = "unknown";

  private final Context context;

  @Parameters(paramLabel = "FILE.gguf", description = "The control vector.")
  private Path source = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.safetensors",
      description = "Where to write; the JSON file is put beside it.")
  private Path out = Path.of("");

  @Option(names = "--model", paramLabel = "MODEL", description = "The model that it is of.")
  private @Nullable String model;

  @Mixin private final RunOptions run = new RunOptions();

  DirectionsImportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    SequencedMap<Integer, float[]> rows = ControlVectors.read(source);
    ModelFingerprint fingerprint = fingerprint(rows);
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("kind", "control vector");
    facts.put("importedFrom", String.valueOf(source.getFileName()));
    facts.put("sha256", Hashes.ofFile(source));
    facts.put("layers", rows.keySet().stream().map(Integer::longValue).toList());
    DirectionFileJson.write(
        new DirectionFile(
            fingerprint, StoredDirections.ofControlVector(rows, fingerprint, source), facts),
        out);
    context
        .console()
        .line(
            "%s: direction of %d layers (%d to %d), width %d"
                .formatted(
                    out,
                    rows.size(),
                    rows.firstEntry().getKey(),
                    rows.lastEntry().getKey(),
                    fingerprint.dModel()));
    return ExitCodes.FINE;
  }

  private ModelFingerprint fingerprint(SequencedMap<Integer, float[]> rows) {
    String name = model;
    if (name == null) {
      int width = rows.firstEntry().getValue().length;
      int last = rows.lastEntry().getKey();
      return new ModelFingerprint(UNKNOWN, Optional.empty(), Optional.empty(), width, last);
    }
    try (Subject subject =
        Subject.of(run.load(name, context, RunOptions.Purpose.STATISTICS), false)) {
      return subject.fingerprint();
    }
  }
}
