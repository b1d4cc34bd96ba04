package org.demur.model.source;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Brings one file of the hub into the folder of blobs, under its hash, and only when its size and
/// hash are right. A download that was cut goes on where it stopped.
final class BlobDownload {
  /// How much further than ever before a download must come for earlier failures to be forgotten: a
  /// long one over a poor line ends well, and one that goes round in circles ends.
  private static final long FORGIVING_BYTES = 1 << 20;

  private final HubApi api;
  private final HubReference reference;
  private final String commit;
  private final Path blobs;
  private final ProgressListener progress;

  BlobDownload(
      HubApi api, HubReference reference, String commit, Path blobs, ProgressListener progress) {
    this.api = api;
    this.reference = reference;
    this.commit = commit;
    this.blobs = blobs;
    this.progress = progress;
  }

  /// A file that is in place.
  ///
  /// @param blobName the name of its blob
  record Fetched(ModelFile file, String blobName) {}

  /// Fetches a file whose size is known, unless its blob is already there and right.
  ///
  /// @throws ModelSourceException with [ErrorCode#DOWNLOAD_CORRUPT] when the bytes are not those
  ///   that the hub announced, [ErrorCode#UNREACHABLE] when they cannot be had, [ErrorCode#IO] when
  ///   they cannot be written
  Fetched fetch(HubEntry entry) {
    String blobName = blobName(entry);
    Path blob = blobs.resolve(blobName);
    Optional<ModelFile> present = present(entry, blob);
    ModelFile file = present.isPresent() ? present.get() : download(entry, blob);
    return new Fetched(file, blobName);
  }

  /// How many bytes of a file still have to be written.
  long missingBytes(HubEntry entry) {
    Path blob = blobs.resolve(blobName(entry));
    try {
      boolean there = Files.isRegularFile(blob) && Files.size(blob) == entry.bytes();
      return there ? 0 : Math.max(0, entry.bytes() - new PartialFile(blob).size());
    } catch (IOException e) {
      return entry.bytes();
    }
  }

  private String blobName(HubEntry entry) {
    return entry.blobName(reference.repository() + "@" + commit);
  }

  private Optional<ModelFile> present(HubEntry entry, Path blob) {
    try {
      if (!Files.isRegularFile(blob) || Files.size(blob) != entry.bytes()) {
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    ContentCheck check = new ContentCheck(entry.bytes());
    check.updateFrom(blob, entry.name(), progress);
    return accepted(entry, check);
  }

  private ModelFile download(HubEntry entry, Path blob) {
    PartialFile partial = new PartialFile(blob);
    Retries retries = api.retries(reference.name() + "/" + entry.name(), true);
    boolean mayHaveKeptWrongBytes = partial.size() > 0;
    long furthest = partial.size();
    while (true) {
      try {
        Optional<ModelFile> file = accepted(entry, transfer(entry, partial));
        if (file.isPresent()) {
          partial.publish();
          return file.get();
        }
        partial.discard();
        if (!mayHaveKeptWrongBytes) {
          throw corrupt(entry, "its hash is not the one that the hub states");
        }
        // the bytes of an earlier run may be the wrong ones: once more, from the start
        mayHaveKeptWrongBytes = false;
      } catch (IOException e) {
        if (partial.size() - furthest >= FORGIVING_BYTES) {
          furthest = partial.size();
          retries.reset();
        }
        retries.failed(e);
      }
    }
  }

  /// Brings the partial file to its full size.
  private ContentCheck transfer(HubEntry entry, PartialFile partial) throws IOException {
    ContentCheck check = new ContentCheck(entry.bytes());
    if (!canGoOn(entry, partial)) {
      partial.discard();
    } else {
      check.updateFrom(partial.path(), entry.name(), progress);
    }
    if (check.bytes() == entry.bytes() && partial.size() == entry.bytes() && check.bytes() > 0) {
      return check;
    }
    try (HubResponse response =
        api.open(reference, commit, entry, rangeHeaders(check.bytes(), partial))) {
      ContentCheck rest = check;
      if (check.bytes() == 0 || !goesOn(response, check.bytes(), entry, partial)) {
        requireWhole(entry, response, partial);
        partial.restart(response.strongTag());
        rest = new ContentCheck(entry.bytes());
      }
      receive(entry, response, partial, rest);
      return rest;
    }
  }

  private void receive(
      HubEntry entry, HubResponse response, PartialFile partial, ContentCheck check)
      throws IOException {
    try {
      partial.append(
          response.body(), entry.bytes(), check, () -> report(entry.name(), check, entry.bytes()));
    } catch (HttpTimeoutException stall) {
      throw stall;
    } catch (IOException e) {
      throw cut(entry, check, e);
    }
    if (check.bytes() > entry.bytes()) {
      partial.discard();
      throw corrupt(entry, "more than its %d bytes arrive".formatted(entry.bytes()));
    }
    if (check.bytes() < entry.bytes()) {
      throw cut(entry, check, null);
    }
  }

  private void report(String name, ContentCheck check, long total) {
    progress.progress(ProgressListener.Phase.DOWNLOADING, name, check.bytes(), total);
  }

  private static IOException cut(HubEntry entry, ContentCheck check, @Nullable IOException cause) {
    return new IOException(
        "the connection was cut after %d of %d bytes".formatted(check.bytes(), entry.bytes()),
        cause);
  }

  private static boolean canGoOn(HubEntry entry, PartialFile partial) {
    // without a hash only the server can tell whether the rest belongs to what was kept
    return partial.size() > 0
        && partial.size() <= entry.bytes()
        && (entry.hasHash() || partial.tag().isPresent());
  }

  private static Map<String, String> rangeHeaders(long have, PartialFile partial) {
    Map<String, String> headers = new HashMap<>();
    if (have > 0) {
      headers.put("Range", "bytes=" + have + "-");
      partial.tag().ifPresent(tag -> headers.put("If-Range", tag));
    }
    return headers;
  }

  /// Whether the answer is the rest of what was kept.
  private static boolean goesOn(
      HubResponse response, long have, HubEntry entry, PartialFile partial) throws IOException {
    Optional<String> kept = partial.tag();
    boolean sameTag =
        kept.isEmpty() || response.strongTag().isEmpty() || kept.equals(response.strongTag());
    if (response.status() == 200) {
      return false;
    }
    if (response.continues(have, entry.bytes()) && sameTag) {
      return true;
    }
    partial.discard();
    throw new IOException("the rest of the file does not fit what was kept of it");
  }

  private void requireWhole(HubEntry entry, HubResponse response, PartialFile partial)
      throws IOException {
    if (response.status() != 200) {
      partial.discard();
      throw new IOException("an answer with a part of the file that was not asked for");
    }
    OptionalLong length = response.contentLength();
    if (length.isPresent() && length.getAsLong() != entry.bytes()) {
      partial.discard();
      throw corrupt(
          entry,
          "the answer has %d bytes, the hub states %d"
              .formatted(length.getAsLong(), entry.bytes()));
    }
  }

  private static Optional<ModelFile> accepted(HubEntry entry, ContentCheck check) {
    String sha256 = check.sha256();
    boolean right =
        entry.sha256().map(sha256::equals).orElse(Boolean.TRUE)
            && entry.gitBlob().map(hash -> check.gitBlob().equals(Optional.of(hash))).orElse(true);
    return right
        ? Optional.of(new ModelFile(entry.name(), entry.bytes(), Optional.of(sha256)))
        : Optional.empty();
  }

  private ModelSourceException corrupt(HubEntry entry, String reason) {
    return new ModelSourceException(
        ErrorCode.DOWNLOAD_CORRUPT,
        "the download of %s/%s is not right: %s; nothing of it was kept"
            .formatted(reference.name(), entry.name(), reason));
  }
}
