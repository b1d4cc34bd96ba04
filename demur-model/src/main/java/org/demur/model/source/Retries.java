package org.demur.model.source;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.demur.core.ErrorCode;

/// Decides after each failed request whether and when to ask again.
final class Retries {
  private final NetworkLimits limits;
  private final ProgressListener progress;
  private final String what;
  private final String hub;
  private final boolean patient;
  private int failures;

  /// @param what the file or model, for messages
  /// @param hub the address that is shown
  /// @param patient whether to ask again also when no connection could be made; not on first
  ///   contact, where a hub that cannot be reached should be given up at once
  Retries(
      NetworkLimits limits, ProgressListener progress, String what, Origin hub, boolean patient) {
    this.limits = limits;
    this.progress = progress;
    this.what = what;
    this.hub = hub.toString();
    this.patient = patient;
  }

  /// Forgets earlier failures, because there was progress since.
  void reset() {
    failures = 0;
  }

  /// Waits until the next attempt.
  ///
  /// @throws ModelSourceException with [ErrorCode#UNREACHABLE] when there should be none
  void failed(IOException failure) {
    Interruption.check(what);
    failures++;
    Duration wait = pause(failure);
    boolean asksTooMuch = wait.compareTo(limits.longestWait()) > 0;
    boolean hopeless = failure instanceof SSLException || (!patient && isConnect(failure));
    if (failures >= limits.attempts() || hopeless || asksTooMuch) {
      throw giveUp(failure);
    }
    progress.progress(ProgressListener.Phase.RETRYING, what, 0, 0);
    Interruption.sleep(wait, what);
  }

  private Duration pause(IOException failure) {
    Optional<Duration> asked =
        failure instanceof HubBusyException busy ? busy.retryAfter() : Optional.empty();
    long factor = 1L << Math.min(failures - 1, 20);
    Duration own = limits.firstWait().multipliedBy(factor);
    Duration capped = own.compareTo(limits.longestWait()) > 0 ? limits.longestWait() : own;
    return asked.filter(wait -> wait.compareTo(capped) > 0).orElse(capped);
  }

  private ModelSourceException giveUp(IOException failure) {
    String times = failures > 1 ? " after %d attempts".formatted(failures) : "";
    return new ModelSourceException(
        ErrorCode.UNREACHABLE,
        "cannot get %s from the hub at %s%s: %s".formatted(what, hub, times, reason(failure)),
        failure);
  }

  private static boolean isConnect(IOException failure) {
    return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
  }

  private String reason(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "its host name is not known here";
      }
    }
    if (failure instanceof HttpConnectTimeoutException) {
      return "no connection within " + limits.connectTimeout().toMillis() + " ms";
    }
    if (failure instanceof ConnectException) {
      return "the connection was refused";
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
