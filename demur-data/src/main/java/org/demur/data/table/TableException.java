package org.demur.data.table;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A file of rows cannot be read.
///
/// Messages name the file, the line and the column; they never hold the text of a row.
public class TableException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public TableException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with the failure that caused it.
  public TableException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /// A row that breaks the rules of its format.
  static TableException format(String place, String what) {
    return new TableException(ErrorCode.FILE_FORMAT, place + ": " + what);
  }
}
