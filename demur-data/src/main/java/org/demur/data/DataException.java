package org.demur.data;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// Prompts cannot be used: a field is missing, a text is empty, a label has none.
///
/// Messages name the file, the line and the field, or the id of a prompt; they never hold its text.
public class DataException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public DataException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Something is wrong with the content of a file or a set.
  static DataException content(String message) {
    return new DataException(ErrorCode.FILE_FORMAT, message);
  }
}
