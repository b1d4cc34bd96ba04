package org.demur.harden.explain;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// A run that cannot be explained.
public final class ExplainException extends DemurException {
  /// Makes an error with a code and one sentence for the user.
  public ExplainException(ErrorCode code, String message) {
    super(code, message);
  }
}
