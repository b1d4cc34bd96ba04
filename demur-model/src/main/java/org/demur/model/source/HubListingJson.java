package org.demur.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the hub's answer to `GET /api/models/{id}/revision/{revision}?blobs=true`.
final class HubListingJson {
  private static final int MAX_BYTES = 32 << 20;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private HubListingJson() {}

  /// Reads a listing; empty when the answer is none, as a login page would be.
  static Optional<HubListing> read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      return parse(MAPPER.readTree(bytes));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<HubListing> parse(JsonNode root) {
    Optional<String> commit = text(root.path("sha")).filter(HubReference::isCommit);
    JsonNode siblings = root.path("siblings");
    if (commit.isEmpty() || !siblings.isArray()) {
      return Optional.empty();
    }
    Map<String, HubEntry> entries = new LinkedHashMap<>();
    for (JsonNode sibling : siblings) {
      Optional<String> name = text(sibling.path("rfilename")).filter(SafeNames::isSafe);
      name.ifPresent(safe -> entries.putIfAbsent(safe, entry(safe, sibling)));
    }
    return Optional.of(new HubListing(commit.get(), license(root), List.copyOf(entries.values())));
  }

  private static HubEntry entry(String name, JsonNode sibling) {
    JsonNode lfs = sibling.path("lfs");
    boolean large = lfs.isObject();
    JsonNode size = large && lfs.has("size") ? lfs.path("size") : sibling.path("size");
    long bytes = size.canConvertToLong() && size.longValue() >= 0 ? size.longValue() : -1;
    // for a file in large-file storage the git hash is that of its pointer, not of its content
    Optional<String> gitBlob = large ? Optional.empty() : text(sibling.path("blobId"));
    return HubEntry.of(name, bytes, text(lfs.path("sha256")), gitBlob);
  }

  private static Optional<String> license(JsonNode root) {
    Optional<String> stated = text(root.path("cardData").path("license"));
    for (JsonNode tag : root.path("tags")) {
      stated =
          stated.or(
              () ->
                  text(tag)
                      .filter(value -> value.startsWith("license:"))
                      .map(value -> value.substring("license:".length())));
    }
    return stated.filter(value -> value.matches("[A-Za-z0-9._+-]{1,60}"));
  }

  private static Optional<String> text(JsonNode node) {
    return node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
  }
}
