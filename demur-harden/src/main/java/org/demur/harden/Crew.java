package org.demur.harden;

import java.util.function.Supplier;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.tensor.workers.ThreadShare;
import org.demur.tensor.workers.Workers;
import org.demur.train.TrainingSettings;

/// The workers of a hardening: they share its trainings, while replies, attacks and reports are the
/// first worker's.
///
/// **Ownership.** The workers stay with the caller.
///
/// @param workers of the run
/// @param threads of this worker while it trains; 0 for those that it has anyway
public record Crew(Workers workers, int threads) {
  /// One process.
  public static final Crew ALONE = new Crew(Workers.alone(), 0);

  /// Settings whose steps have a part for every worker.
  TrainingSettings shared(TrainingSettings settings) {
    int size = workers.size();
    if (size > settings.rowsPerSide()) {
      throw new HardenException(
          ErrorCode.WORKERS,
          "a step has %d rows per side, which cannot be shared by %d workers; use at most %d"
              .formatted(settings.rowsPerSide(), size, settings.rowsPerSide()));
    }
    return size == 1 ? settings : settings.inParts(size, settings.arithmetic().recompute());
  }

  /// Trains together with the others, which wait before and after.
  ///
  /// @param order what they are told
  <T> T training(TrainingOrder order, Supplier<T> training) {
    if (workers.size() == 1) {
      return training.get();
    }
    workers.call(order.bytes());
    T result = inThreads(training);
    workers.dismiss();
    return result;
  }

  /// Runs something with the threads of this worker.
  <T> T inThreads(Supplier<T> work) {
    if (threads == 0) {
      return work.get();
    }
    try (ThreadShare share = new ThreadShare(threads)) {
      return work.get();
    }
  }

  /// Sends the others home after the last training.
  ///
  /// A worker that was lost since then has nothing left to do, so that is no failure.
  public void end() {
    if (workers.size() > 1) {
      try {
        workers.call(TrainingOrder.END);
      } catch (DemurException e) {
        if (e.code() != ErrorCode.WORKER_LOST) {
          throw e;
        }
      }
    }
  }
}
