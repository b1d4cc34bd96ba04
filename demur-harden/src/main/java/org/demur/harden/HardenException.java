package org.demur.harden;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// A hardening that cannot be started, or had to stop.
public final class HardenException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public HardenException(ErrorCode code, String message) {
    super(code, message);
  }
}
