package org.demur.report;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A report cannot be read, written or put together.
///
/// Messages name the file and the field; they never hold the text of a prompt or of a reply.
public class ReportException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public ReportException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /// Makes an error with the failure that caused it.
  public ReportException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /// An error about the content of a field.
  static ReportException field(String message) {
    return new ReportException(ErrorCode.JSON_FORMAT, message);
  }
}
