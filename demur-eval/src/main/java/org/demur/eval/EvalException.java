package org.demur.eval;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Labelled replies, weights or a calibration cannot be read, or do not allow what was asked.
///
/// Messages name file, line and field; they never hold the text of a prompt or a reply.
public final class EvalException extends DemurException {
  /// Makes an error with a code and one sentence for the user.
  public EvalException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with the failure that caused it.
  public EvalException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
