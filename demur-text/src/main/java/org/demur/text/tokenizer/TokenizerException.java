package org.demur.text.tokenizer;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A tokenizer is malformed, not supported, or was given an id that it does not have.
public final class TokenizerException extends DemurException {
  /// Makes an error with [ErrorCode#TOKENIZER].
  public TokenizerException(String message) {
    this(message, null);
  }

  /// Makes an error with [ErrorCode#TOKENIZER] and the failure that caused it.
  public TokenizerException(String message, @Nullable Throwable cause) {
    super(ErrorCode.TOKENIZER, message, cause);
  }
}
