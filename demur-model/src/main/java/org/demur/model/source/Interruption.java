package org.demur.model.source;

import java.time.Duration;
import org.demur.core.ErrorCode;

/// Turns an interrupt of the thread into an error, at the places where work may stop.
final class Interruption {
  private Interruption() {}

  /// Whether the thread was asked to stop; the flag stays set.
  static boolean isRequested() {
    return Thread.currentThread().isInterrupted();
  }

  /// @throws ModelSourceException with [ErrorCode#UNREACHABLE] when the thread was asked to stop
  static void check(String what) {
    if (isRequested()) {
      throw stopped(what);
    }
  }

  /// Sleeps, unless the thread was asked to stop.
  static void sleep(Duration duration, String what) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(what);
    }
  }

  private static ModelSourceException stopped(String what) {
    return new ModelSourceException(
        ErrorCode.UNREACHABLE,
        "fetching %s was interrupted; what has arrived is kept and the next run goes on from there"
            .formatted(what));
  }
}
