package org.demur.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An answer after all redirects; the caller closes it.
///
/// @param status the status of the last hop
/// @param fromHub whether the last hop was the hub itself and not a host that it redirects to
/// @param hub the headers of the last hop on the hub itself, which describes the file
/// @param last the headers of the last hop, which describe the bytes
/// @param body the bytes, guarded against stalls
record HubResponse(int status, boolean fromHub, HttpHeaders hub, HttpHeaders last, InputStream body)
    implements AutoCloseable {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18})");

  /// The hash or tag that the hub gives to the file.
  Optional<String> linkedTag() {
    return hub.firstValue("X-Linked-Etag").or(() -> hub.firstValue("ETag")).map(HubResponse::bare);
  }

  /// The size that the hub states for the file, else that of the body when there is no redirect.
  OptionalLong linkedSize() {
    OptionalLong linked = number(hub.firstValue("X-Linked-Size"));
    return linked.isPresent() || status != 200 ? linked : contentLength();
  }

  OptionalLong contentLength() {
    return number(last.firstValue("Content-Length"));
  }

  /// The tag of these very bytes, when it is a strong one, with its quotes.
  Optional<String> strongTag() {
    return last.firstValue("ETag").filter(HubResponse::isStrongTag);
  }

  /// Whether a text is a tag, with its quotes, that identifies bytes exactly.
  static boolean isStrongTag(String text) {
    return text.matches("\"[\\x21\\x23-\\x7e]{1,200}\"");
  }

  /// Whether the body is the rest of a file of `total` bytes from byte `start` on.
  boolean continues(long start, long total) {
    Matcher range = CONTENT_RANGE.matcher(last.firstValue("Content-Range").orElse(""));
    return status == 206
        && range.matches()
        && Long.parseLong(range.group(1)) == start
        && Long.parseLong(range.group(2)) == total;
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  private static String bare(String tag) {
    String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
    return strong.replace("\"", "");
  }

  private static OptionalLong number(Optional<String> text) {
    return text.filter(digits -> digits.matches("\\d{1,18}"))
        .map(digits -> OptionalLong.of(Long.parseLong(digits)))
        .orElse(OptionalLong.empty());
  }
}
