package org.demur.model.source;

import org.demur.core.ErrorCode;

/// Says in words what a refusal of the hub means and what to do.
final class HubErrors {
  private final SourceSettings settings;

  HubErrors(SourceSettings settings) {
    this.settings = settings;
  }

  /// The error for an answer that is neither a success nor worth another attempt.
  ModelSourceException of(HubReference reference, String what, HubResponse response) {
    String code = response.hub().firstValue("X-Error-Code").orElse("");
    String hub = Origin.of(settings.hubEndpoint()).toString();
    return switch (response.status()) {
      case 401, 403 -> refused(reference, code, hub, response.status());
      case 404 -> missing(reference, what, code, hub);
      default ->
          new ModelSourceException(
              ErrorCode.UNREACHABLE,
              "cannot get %s: the hub at %s answers with HTTP status %d"
                  .formatted(what, hub, response.status()));
    };
  }

  private ModelSourceException refused(
      HubReference reference, String code, String hub, int status) {
    String page = hub + "/" + reference.repository();
    if (code.equals("GatedRepo")) {
      return new ModelSourceException(
          ErrorCode.UNREACHABLE,
          ("%s is gated (HTTP status %d): accept its licence at %s and set HF_TOKEN to a token of"
                  + " that account%s")
              .formatted(reference.name(), status, page, tokenState()));
    }
    // without a valid token the hub does not say whether a repository exists
    return new ModelSourceException(
        code.equals("RepoNotFound") ? ErrorCode.NOT_FOUND : ErrorCode.UNREACHABLE,
        ("the hub at %s refuses %s (HTTP status %d): it does not exist, or it is private or gated;"
                + " check the name, or accept its licence at %s and set HF_TOKEN%s")
            .formatted(hub, reference.name(), status, page, tokenState()));
  }

  private static ModelSourceException missing(
      HubReference reference, String what, String code, String hub) {
    String message =
        switch (code) {
          case "RevisionNotFound" ->
              "%s has no revision \"%s\" on the hub at %s"
                  .formatted(reference.name(), reference.revision(), hub);
          case "EntryNotFound" -> "the hub at %s has no file %s".formatted(hub, what);
          default -> "the hub at %s has no %s".formatted(hub, reference.text());
        };
    return new ModelSourceException(ErrorCode.NOT_FOUND, message);
  }

  private String tokenState() {
    return settings.hubToken().isPresent() ? " (the present token was refused)" : "";
  }
}
