package org.demur.model.source;

import java.util.Optional;
import org.demur.core.ErrorCode;

/// Models that a user names by their repository on the hub.
final class HubModels {
  private final SourceSettings settings;
  private final ModelCache cache;
  private final ForeignCaches foreign;

  HubModels(SourceSettings settings, ModelCache cache) {
    this.settings = settings;
    this.cache = cache;
    this.foreign = new ForeignCaches(settings);
  }

  /// Our cache, then other programs' caches, then the hub.
  ModelLocation resolve(HubReference reference, ProgressListener progress) {
    Optional<Manifest> cached = cache.find(reference.key(), reference.name());
    if (cached.isPresent()) {
      return locate(cached.get(), reference);
    }
    Optional<ModelLocation> elsewhere = foreign.find(reference);
    if (elsewhere.isPresent()) {
      return elsewhere.get();
    }
    if (settings.offline()) {
      throw absent(reference);
    }
    try (CacheLock _ = lock(reference, progress)) {
      Optional<Manifest> fetchedMeanwhile = cache.find(reference.key(), reference.name());
      return locate(fetchedMeanwhile.orElseGet(() -> fetch(reference, progress)), reference);
    }
  }

  /// The revision as the hub has it now, with every hash checked. When the hub cannot be reached,
  /// or only another program's cache has the model, what is there is checked and taken.
  ModelLocation pull(HubReference reference, ProgressListener progress) {
    if (settings.offline()) {
      return verified(reference, progress).orElseThrow(() -> absent(reference));
    }
    if (cache.find(reference.key(), reference.name()).isEmpty()) {
      Optional<ModelLocation> elsewhere = elsewhere(reference, progress);
      if (elsewhere.isPresent()) {
        return elsewhere.get();
      }
    }
    try (CacheLock _ = lock(reference, progress)) {
      return locate(fetch(reference, progress), reference);
    } catch (ModelSourceException e) {
      if (e.code() != ErrorCode.UNREACHABLE || Interruption.isRequested()) {
        throw e;
      }
      return verified(reference, progress).orElseThrow(() -> e);
    }
  }

  private Optional<ModelLocation> verified(HubReference reference, ProgressListener progress) {
    return cache
        .find(reference.key(), reference.name())
        .filter(manifest -> cache.hasItsHashes(manifest, progress))
        .map(manifest -> locate(manifest, reference))
        .or(() -> elsewhere(reference, progress));
  }

  private Optional<ModelLocation> elsewhere(HubReference reference, ProgressListener progress) {
    return foreign
        .find(reference)
        .filter(location -> ForeignCaches.hasItsHashes(location, progress));
  }

  private Manifest fetch(HubReference reference, ProgressListener progress) {
    return new HubFetch(settings, cache, progress)
        .fetch(reference, reference.key(), reference.name(), listing -> {});
  }

  private ModelLocation locate(Manifest manifest, HubReference reference) {
    return cache.locate(manifest, reference.text());
  }

  private CacheLock lock(HubReference reference, ProgressListener progress) {
    return CacheLock.acquire(cache, reference.lockKey(), reference.text(), progress);
  }

  private ModelSourceException absent(HubReference reference) {
    String state =
        cache.isDamaged(reference.key())
                || cache.find(reference.key(), reference.name()).isPresent()
            ? "is damaged in the model cache"
            : "is not in the model cache";
    return new ModelSourceException(
        ErrorCode.NOT_FOUND,
        "%s %s %s, and --offline forbids the network; run once without it to fetch the model"
            .formatted(reference.text(), state, settings.cacheDirectory()));
  }
}
