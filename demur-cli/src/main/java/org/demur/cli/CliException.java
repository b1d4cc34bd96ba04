package org.demur.cli;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A failure of the command line itself: an argument, an input file, a standard stream.
public final class CliException extends DemurException {
  /// Makes an error with a code and one sentence for the user.
  public CliException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with the failure that caused it.
  public CliException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /// An argument that is not accepted.
  static CliException usage(String message) {
    return new CliException(ErrorCode.USAGE, message);
  }
}
