package org.demur.bench;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// A benchmark that cannot be run as it was asked for.
public final class BenchException extends DemurException {
  /// Makes an error with a code and one sentence for the user.
  public BenchException(ErrorCode code, String message) {
    super(code, message);
  }
}
