package org.demur.text.json;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A document is not JSON, exceeds a bound, or holds something else than was expected.
///
/// The message names the document, line and column, never the text of the document.
public final class JsonFormatException extends DemurException {
  /// Makes an error with [ErrorCode#JSON_FORMAT].
  public JsonFormatException(String message, @Nullable Throwable cause) {
    super(ErrorCode.JSON_FORMAT, message, cause);
  }
}
