package org.demur.stats;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// Data do not allow the statistic that was asked for: none, of one class, not finite, unpaired.
public final class StatsException extends DemurException {
  /// Makes an error with one sentence for the user.
  public StatsException(String message) {
    super(ErrorCode.FILE_FORMAT, message);
  }
}
