package org.demur.model.source;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A model that could not be found, fetched, checked or stored; the message says which and why.
public final class ModelSourceException extends DemurException {
  /// Makes an error that can be shown to a user as it is.
  public ModelSourceException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with its cause, which is for debugging only.
  public ModelSourceException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
