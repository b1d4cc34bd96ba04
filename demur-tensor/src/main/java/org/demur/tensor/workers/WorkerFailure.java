package org.demur.tensor.workers;

import java.util.Locale;
import org.demur.core.ErrorCode;
import org.demur.tensor.TensorException;

/// Turns what Gloo reports into one sentence.
final class WorkerFailure {
  private static final String CLOSED = "connection closed by peer";
  private static final String TIMED_OUT = "timed out";

  private WorkerFailure() {}

  /// Another worker is gone, or does not answer.
  ///
  /// @param rank of this worker
  /// @param seconds that it waits at most
  static TensorException lost(int rank, int size, long seconds, RuntimeException failure) {
    String text = firstLine(failure);
    String lower = text.toLowerCase(Locale.ROOT);
    String who = size == 2 ? "worker " + (1 - rank) : "another worker";
    String what = ": " + text;
    if (lower.contains(TIMED_OUT)) {
      what = ": nothing came for %d s".formatted(seconds);
    } else if (lower.contains(CLOSED)) {
      int at = lower.indexOf(CLOSED) + CLOSED.length();
      what = ": its connection from" + text.substring(at) + " was closed";
    }
    return new TensorException(
        ErrorCode.WORKER_LOST,
        "worker %d of %d lost %s%s".formatted(rank, size, who, what),
        failure);
  }

  /// The first line, without the place in the source that Gloo puts before it.
  static String firstLine(RuntimeException failure) {
    String text = String.valueOf(failure.getMessage());
    int end = text.indexOf('\n');
    return (end < 0 ? text : text.substring(0, end)).replaceFirst("^\\[[^\\]]*\\] ", "");
  }
}
