package org.demur.core;

import org.jspecify.annotations.Nullable;

/// Root of all errors that Demur reports on purpose.
///
/// The message is one clear sentence for a user: what is wrong, where, what is accepted. It never
/// holds prompt text. Modules subclass it; callers decide by [#code()].
public class DemurException extends RuntimeException {
  private final ErrorCode code;

  /// Makes an error with a code and a message that can be shown to a user as it is.
  public DemurException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /// Makes an error with the failure that caused it; the cause is for debugging only.
  public DemurException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /// The stable code of this error.
  public ErrorCode code() {
    return code;
  }
}
