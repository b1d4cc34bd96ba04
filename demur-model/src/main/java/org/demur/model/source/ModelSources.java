package org.demur.model.source;

import java.util.List;
import org.demur.core.ErrorCode;

/// Finds a model by name and brings it to this machine when it is not here yet.
public final class ModelSources {
  private final SourceSettings settings;
  private final Registry registry;
  private final ModelCache cache;

  /// Sources with the models that are registered here.
  public ModelSources(SourceSettings settings) {
    this(settings, Registry.standard());
  }

  ModelSources(SourceSettings settings, Registry registry) {
    this.settings = settings;
    this.registry = registry;
    this.cache = new ModelCache(settings.cacheDirectory());
  }

  /// Finds a model.
  public ModelLocation resolve(String model, ProgressListener progress) {
    if (model.startsWith(HubReference.PREFIX) || registry.find(model).isPresent()) {
      throw new ModelSourceException(
          ErrorCode.UNREACHABLE, "not built yet: " + settings.hubEndpoint());
    }
    return new LocalModels(registry).locate(model);
  }

  /// Fetches.
  public ModelLocation pull(String model, ProgressListener progress) {
    return resolve(model, progress);
  }

  /// The models that have a short name.
  public List<RegisteredModel> registry() {
    return registry.models();
  }

  /// What the cache holds.
  public List<CachedModel> cached() {
    return cache.list();
  }
}
