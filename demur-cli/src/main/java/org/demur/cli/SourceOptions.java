package org.demur.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.demur.model.source.ModelLocation;
import org.demur.model.source.ModelSources;
import org.demur.model.source.SourceSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where models come from; shared by every command that takes a model.
final class SourceOptions {
  @Option(names = "--offline", description = "Never touch the network; use what the cache has.")
  private boolean offline;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Folder for models and certificates (default: see demur help environment).")
  private @Nullable Path cache;

  /// The folder for models and certificates.
  Path cache(Environment environment) {
    return Optional.ofNullable(cache).orElseGet(environment::cache);
  }

  /// The sources that these options and the environment mean.
  ModelSources sources(Environment environment) {
    return new ModelSources(settings(environment));
  }

  /// Settings of the sources.
  SourceSettings settings(Environment environment) {
    HubEnvironment hub = new HubEnvironment(environment);
    return SourceSettings.defaults(cache(environment))
        .withHubCaches(hub.caches())
        .withHub(hub.endpoint(), hub.token())
        .withProxy(hub.proxy())
        .withOffline(offline || hub.offline());
  }

  /// Finds a model, fetching it when it is not here yet; Ctrl-C stops that cleanly.
  ModelLocation resolve(String model, Context context) {
    ModelSources sources = sources(context.environment());
    try (FetchProgress progress = new FetchProgress(context)) {
      return Interrupts.interruptible(() -> sources.resolve(model, progress));
    }
  }
}
