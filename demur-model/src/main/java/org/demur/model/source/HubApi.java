package org.demur.model.source;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;

/// The three requests that the hub is asked: what a repository holds, what a file is, and its
/// bytes.
///
/// **Source** the hub's HTTP API and the headers that its Python client reads: `X-Repo-Commit`,
/// `X-Linked-Etag`, `X-Linked-Size`, `X-Error-Code`.
final class HubApi implements AutoCloseable {
  private final SourceSettings settings;
  private final ProgressListener progress;
  private final HubHttp http;
  private final HubErrors errors;

  HubApi(SourceSettings settings, ProgressListener progress) {
    this.settings = settings;
    this.progress = progress;
    this.http = new HubHttp(settings);
    this.errors = new HubErrors(settings);
  }

  /// The files of a repository at a revision.
  ///
  /// @throws ModelSourceException with [ErrorCode#NOT_FOUND] or [ErrorCode#UNREACHABLE]
  HubListing list(HubReference reference) {
    String path =
        "/api/models/%s/revision/%s?blobs=true"
            .formatted(reference.repository(), encoded(reference.revision()));
    Retries retries = retries(reference.text(), false);
    while (true) {
      progress.progress(ProgressListener.Phase.CONNECTING, reference.text(), 0, 0);
      try (HubResponse response = http.get(http.address(path), Map.of())) {
        if (response.status() != 200) {
          throw refusal(reference, reference.text(), response);
        }
        return HubListingJson.read(response.body()).orElseThrow(() -> notAHub(reference));
      } catch (IOException e) {
        retries.failed(e);
      }
    }
  }

  /// The entry with what the headers of its file say, for hubs whose listing has no sizes or
  /// hashes.
  HubEntry describe(HubReference reference, String commit, HubEntry entry) {
    String what = reference.name() + "/" + entry.name();
    Retries retries = retries(what, true);
    while (true) {
      try (HubResponse response = http.head(file(reference, commit, entry))) {
        if (response.status() >= 400) {
          throw refusal(reference, what, response);
        }
        return entry.described(response.linkedSize().orElse(-1), response.linkedTag());
      } catch (IOException e) {
        retries.failed(e);
      }
    }
  }

  /// Asks once for the bytes of a file; the caller closes the answer, whose status is 200, 206 or
  /// 416.
  ///
  /// @throws IOException when another attempt may help
  HubResponse open(
      HubReference reference, String commit, HubEntry entry, Map<String, String> headers)
      throws IOException {
    String what = reference.name() + "/" + entry.name();
    HubResponse response = http.get(file(reference, commit, entry), headers);
    boolean usable =
        switch (response.status()) {
          case 200, 206, 416 -> true;
          default -> false;
        };
    if (!usable) {
      response.close();
      throw refusal(reference, what, response);
    }
    Optional<String> served = response.hub().firstValue("X-Repo-Commit");
    if (served.isPresent() && !served.get().equals(commit)) {
      response.close();
      throw new ModelSourceException(
          ErrorCode.DOWNLOAD_CORRUPT,
          "the hub serves %s from another commit than %s, which was asked for"
              .formatted(what, commit));
    }
    return response;
  }

  Retries retries(String what, boolean patient) {
    return new Retries(
        settings.limits(), progress, what, Origin.of(settings.hubEndpoint()), patient);
  }

  @Override
  public void close() {
    http.close();
  }

  private URI file(HubReference reference, String commit, HubEntry entry) {
    return http.address(
        "/%s/resolve/%s/%s".formatted(reference.repository(), commit, entry.name()));
  }

  /// Throws what another attempt may mend, and returns the error for everything else.
  private ModelSourceException refusal(HubReference reference, String what, HubResponse response)
      throws IOException {
    // a host behind the hub refuses an address that has expired; the hub then gives a new one
    boolean expired = !response.fromHub() && response.status() == 403;
    if (expired || HubBusyException.isBusy(response.status())) {
      throw new HubBusyException(
          response.status(), response.last().firstValue("Retry-After"), Instant.now());
    }
    return errors.of(reference, what, response);
  }

  private ModelSourceException notAHub(HubReference reference) {
    return new ModelSourceException(
        ErrorCode.UNREACHABLE,
        "the answer of %s for %s is no listing of a repository; is it a Hugging Face hub?"
            .formatted(Origin.of(settings.hubEndpoint()), reference.name()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
