package org.demur.guard;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A guard that cannot be fitted, read or used as asked.
public final class GuardException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public GuardException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with a code, a message for the user, and what caused it.
  public GuardException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
