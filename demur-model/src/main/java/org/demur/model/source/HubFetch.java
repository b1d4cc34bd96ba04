package org.demur.model.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;

/// Brings a model from the hub into our copy of the hub's cache layout, and records it when all its
/// files are there and right.
final class HubFetch {
  private final SourceSettings settings;
  private final ModelCache cache;
  private final ProgressListener progress;

  HubFetch(SourceSettings settings, ModelCache cache, ProgressListener progress) {
    this.settings = settings;
    this.cache = cache;
    this.progress = progress;
  }

  /// Fetches what is missing; the caller holds the lock of the repository.
  ///
  /// @param key the cache's key, and `name` the name, under which the model is recorded
  /// @param requirement looks at the listing before anything is downloaded, and throws when the
  ///   repository does not have what is wanted
  Manifest fetch(
      HubReference reference, String key, String name, Consumer<HubListing> requirement) {
    try (HubApi api = new HubApi(settings, progress)) {
      HubListing listing = api.list(reference);
      requirement.accept(listing);
      FileSelection selection =
          FileSelection.choose(reference.name(), listing.names(), reference.file());
      cache.createFolder(cache.hub().blobs(reference.repository()));
      List<ModelFile> files = download(api, reference, listing, selection);
      Manifest manifest =
          new Manifest(
              name,
              selection.kind(),
              root(reference, listing.commit()),
              "hf:" + reference.repository() + "@" + listing.commit(),
              Optional.of(listing.commit()),
              listing.license(),
              files);
      cache.hub().writeRef(reference, listing.commit());
      cache.record(key, manifest);
      return manifest;
    }
  }

  private List<ModelFile> download(
      HubApi api, HubReference reference, HubListing listing, FileSelection selection) {
    List<ModelFile> files =
        new ArrayList<>(downloadAll(api, reference, listing, selection.files()));
    if (selection.index().isPresent()) {
      List<String> shards =
          ShardIndexJson.shards(
              cache
                  .hub()
                  .snapshot(reference.repository(), listing.commit())
                  .resolve(selection.index().get()));
      files.addAll(downloadAll(api, reference, listing, shards));
    }
    return files;
  }

  private List<ModelFile> downloadAll(
      HubApi api, HubReference reference, HubListing listing, List<String> names) {
    List<HubEntry> entries = new ArrayList<>();
    for (String name : names) {
      HubEntry entry = listing.find(name).orElseThrow(() -> missing(reference, listing, name));
      entries.add(described(api, reference, listing, entry));
    }
    requireAcceptable(reference, entries);
    BlobDownload download =
        new BlobDownload(
            api, reference, listing.commit(), cache.hub().blobs(reference.repository()), progress);
    DiskSpace.require(
        cache.hub().blobs(reference.repository()),
        entries.stream().mapToLong(download::missingBytes).sum(),
        reference.name());
    List<ModelFile> files = new ArrayList<>();
    for (HubEntry entry : entries) {
      BlobDownload.Fetched fetched = download.fetch(entry);
      link(reference, listing, fetched);
      files.add(fetched.file());
    }
    return files;
  }

  private static HubEntry described(
      HubApi api, HubReference reference, HubListing listing, HubEntry entry) {
    HubEntry described =
        entry.bytes() >= 0 && entry.hasHash()
            ? entry
            : api.describe(reference, listing.commit(), entry);
    if (described.bytes() < 0) {
      throw new ModelSourceException(
          ErrorCode.UNREACHABLE,
          "the hub does not state the size of %s/%s, so it cannot be fetched safely"
              .formatted(reference.name(), entry.name()));
    }
    return described;
  }

  private void requireAcceptable(HubReference reference, List<HubEntry> entries) {
    long limit = settings.limits().maxBytes();
    long total = 0;
    for (HubEntry entry : entries) {
      // a sum that overflows is too large in any case
      total = Long.MAX_VALUE - total < entry.bytes() ? Long.MAX_VALUE : total + entry.bytes();
    }
    if (total > limit || total == Long.MAX_VALUE) {
      throw new ModelSourceException(
          ErrorCode.DOWNLOAD_CORRUPT,
          "%s claims to have %s, more than the %s that are accepted"
              .formatted(reference.name(), DiskSpace.megabytes(total), DiskSpace.megabytes(limit)));
    }
  }

  private void link(HubReference reference, HubListing listing, BlobDownload.Fetched fetched) {
    try {
      cache
          .hub()
          .link(
              reference.repository(), listing.commit(), fetched.file().name(), fetched.blobName());
    } catch (IOException e) {
      throw cache.unwritable(e);
    }
  }

  private static String root(HubReference reference, String commit) {
    return "hub/%s/snapshots/%s"
        .formatted(HubCacheLayout.folderName(reference.repository()), commit);
  }

  private static ModelSourceException missing(
      HubReference reference, HubListing listing, String name) {
    return new ModelSourceException(
        ErrorCode.NOT_FOUND,
        "%s is incomplete: its %s names %s, which the repository does not have%s"
            .formatted(
                reference.name(),
                FileSelection.INDEX,
                name,
                Suggestions.hint(name, listing.names())));
  }
}
