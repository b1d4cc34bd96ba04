package org.demur.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.model.source.ModelFile;
import org.demur.model.source.ModelLocation;
import org.demur.model.source.ModelSources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Fetches a model into the cache and checks every file of it.
@Command(
    name = "pull",
    description = {
      "Fetch a model into the cache and check it.",
      "A download that was cut goes on where it stopped. A model that is already there is checked"
          + " against its hashes."
    },
    footer = {
      "",
      "Examples:",
      "  demur model pull smollm2",
      "  demur model pull hf:HuggingFaceTB/SmolLM2-135M-Instruct@main"
    })
final class ModelPullCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "MODEL", description = "A registered name or hf:org/name[@revision].")
  private String model = "";

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  ModelPullCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ModelLocation location = pull();
    if (json) {
      context.console().json(document(location));
    } else {
      long bytes = location.files().stream().mapToLong(ModelFile::bytes).sum();
      String size = bytes > 0 ? " (" + Sizes.ofBytes(bytes) + ")" : "";
      context.console().line(location.name() + " is at " + location.path() + size);
      context.console().note("source: " + location.source());
      location.license().ifPresent(license -> context.console().note("license: " + license));
    }
    return ExitCodes.FINE;
  }

  private ModelLocation pull() {
    ModelSources sources = source.sources(context.environment());
    try (FetchProgress progress = new FetchProgress(context)) {
      return Interrupts.interruptible(() -> sources.pull(model, progress));
    }
  }

  private static Map<String, Object> document(ModelLocation location) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", location.name());
    document.put("path", location.path().toString());
    document.put("source", location.source());
    document.put("revision", location.revision());
    document.put("license", location.license());
    document.put("files", location.files());
    return document;
  }
}
