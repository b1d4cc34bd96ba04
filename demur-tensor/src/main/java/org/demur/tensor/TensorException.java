package org.demur.tensor;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// An operation on tensors that cannot be carried out.
public final class TensorException extends DemurException {
  /// Makes an error with a code, a message for the user, and what caused it.
  public TensorException(ErrorCode code, String message, Throwable cause) {
    super(code, message, cause);
  }

  /// Makes an error with a code and a message for the user.
  public TensorException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Turns a failure of libtorch into one sentence: the first line of its message without the C++
  /// stack, which stays in the cause.
  static TensorException translate(String operation, RuntimeException failure) {
    if (failure instanceof TensorException known) {
      return known;
    }
    String text = String.valueOf(failure.getMessage());
    int end = text.indexOf('\n');
    String first = end < 0 ? text : text.substring(0, end);
    ErrorCode code = ErrorCode.TENSOR_NATIVE;
    if (first.contains("size") || first.contains("shape") || first.contains("dimension")) {
      code = ErrorCode.TENSOR_SHAPE;
    }
    return new TensorException(code, operation + " failed: " + first, failure);
  }
}
