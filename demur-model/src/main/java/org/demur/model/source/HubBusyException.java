package org.demur.model.source;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// The hub answered that it cannot serve now but may later: 408, 429 or 5xx.
final class HubBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Duration> retryAfter;

  HubBusyException(int status, Optional<String> retryAfter, Instant now) {
    super(message(status, retryAfter));
    this.retryAfter = retryAfter.flatMap(text -> parse(text.strip(), now));
  }

  static boolean isBusy(int status) {
    return status == 408 || status == 429 || (status >= 500 && status <= 599);
  }

  /// How long the hub asks to wait, when it says so in seconds or as a date.
  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  private static String message(int status, Optional<String> retryAfter) {
    String asks =
        retryAfter
            .filter(text -> text.matches("[\\w ,:-]{1,40}"))
            .map(text -> ", and asks to wait (Retry-After: " + text + ")")
            .orElse("");
    return "it answers with HTTP status %d%s%s"
        .formatted(status, status == 429 ? " (too many requests)" : "", asks);
  }

  private static Optional<Duration> parse(String text, Instant now) {
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
