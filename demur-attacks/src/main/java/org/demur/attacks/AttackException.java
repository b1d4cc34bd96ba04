package org.demur.attacks;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// An attack that cannot be carried out.
public final class AttackException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public AttackException(ErrorCode code, String message) {
    super(code, message);
  }
}
