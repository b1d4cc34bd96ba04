package org.demur.model.config;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A model, an adapter, a plan or a run that cannot be used as asked.
public final class ModelException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public ModelException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with a code, a message for the user, and what caused it.
  public ModelException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
