package org.demur.directions;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Directions that cannot be computed, read or applied as asked.
public final class DirectionException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public DirectionException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with a code, a message for the user, and what caused it.
  public DirectionException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
