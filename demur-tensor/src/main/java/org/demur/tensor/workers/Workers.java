package org.demur.tensor.workers;

import java.util.List;

/// Processes that do the same work, each on a share of it.
///
/// Every method but [#rank()], [#size()] and [#close()] must be called by all workers, in the same
/// order. The first worker may leave the others waiting between [#dismiss()] and [#call], for as
/// long as it likes; whoever waits finds out when it is gone.
///
/// **Errors.** Every one of these methods throws [org.demur.tensor.TensorException] with
/// `WORKER_LOST` when another worker ended, or did not answer for the time that was agreed; the
/// group is of no use then.
public interface Workers extends AutoCloseable {
  /// The one process of a work that is not shared.
  static Workers alone() {
    return Alone.WORKER;
  }

  /// Which of the workers this is, from 0.
  int rank();

  /// How many there are.
  int size();

  /// Whether this is the worker that writes and reports.
  default boolean first() {
    return rank() == 0;
  }

  /// Replaces every number by its sum over all workers: the same bits at all of them.
  void sum(float[] numbers);

  /// As [#sum(float\[\])].
  void sum(double[] numbers);

  /// What every worker says, in the order of ranks.
  ///
  /// @param own at most a million characters
  List<String> texts(String own);

  /// Gives the others something, at the first worker; they are no longer dismissed.
  ///
  /// @param message at most a gigabyte
  void call(byte[] message);

  /// Waits for the next [#call], at the other workers, for as long as the first worker is alive.
  byte[] await();

  /// Leaves the others waiting in [#await()], at the first worker, which goes on by itself.
  ///
  /// That another worker is lost meanwhile is found out at the next [#call].
  void dismiss();

  /// Ends the connections to the others.
  @Override
  void close();
}
