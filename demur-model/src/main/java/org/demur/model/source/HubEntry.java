package org.demur.model.source;

import java.util.Optional;
import org.demur.core.Hashes;

/// One file of a repository as the hub describes it.
///
/// @param name its name in the repository, not yet trusted
/// @param bytes its size, -1 when not stated
/// @param sha256 its SHA-256, stated for files in large-file storage
/// @param gitBlob git's hash of it, stated for all others
/// @param tag another tag of its content, for hubs that state no hash
record HubEntry(
    String name,
    long bytes,
    Optional<String> sha256,
    Optional<String> gitBlob,
    Optional<String> tag) {
  private static final String SHA256 = "[0-9a-f]{64}";
  private static final String SHA1 = "[0-9a-f]{40}";

  /// An entry from stated values; hashes that are none are dropped.
  static HubEntry of(String name, long bytes, Optional<String> sha256, Optional<String> gitBlob) {
    return new HubEntry(
        name,
        bytes,
        sha256.filter(hash -> hash.matches(SHA256)),
        gitBlob.filter(hash -> hash.matches(SHA1)),
        Optional.empty());
  }

  /// The same file with what the headers of a request for it say.
  HubEntry described(long size, Optional<String> linkedTag) {
    return new HubEntry(
        name,
        bytes >= 0 ? bytes : size,
        sha256.or(() -> linkedTag.filter(hash -> hash.matches(SHA256))),
        gitBlob.or(() -> linkedTag.filter(hash -> hash.matches(SHA1))),
        linkedTag);
  }

  /// Whether its bytes can be checked.
  boolean hasHash() {
    return sha256.isPresent() || gitBlob.isPresent();
  }

  /// The name of its blob: its hash, as the hub's own programs name it.
  ///
  /// @param context names repository and commit, for files without hash or usable tag
  String blobName(String context) {
    return sha256
        .or(() -> gitBlob)
        .or(() -> tag.filter(SafeNames::isSafeSegment))
        .orElseGet(() -> Hashes.ofText(context + "/" + name + "/" + tag.orElse("")));
  }
}
