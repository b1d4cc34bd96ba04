package org.demur.audit;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// An audit that cannot be run as asked.
public final class AuditException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public AuditException(ErrorCode code, String message) {
    super(code, message);
  }
}
