package org.demur.cli;

/// The user pressed Ctrl-C and the work stopped for it.
final class InterruptedByUserException extends RuntimeException {
  /// Makes the error with one sentence on what was stopped and how to go on.
  InterruptedByUserException(String message, Throwable cause) {
    super(message, cause);
  }
}
