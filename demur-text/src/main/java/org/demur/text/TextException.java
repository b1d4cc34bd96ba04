package org.demur.text;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A conversation cannot be read or encoded.
///
/// Messages name the file, field and line; they never hold the text of a conversation.
public class TextException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public TextException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with the failure that caused it.
  public TextException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
