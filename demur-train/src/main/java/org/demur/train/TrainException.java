package org.demur.train;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A training that cannot be started, or had to stop.
public final class TrainException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public TrainException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with a code, a message for the user, and what caused it.
  public TrainException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
