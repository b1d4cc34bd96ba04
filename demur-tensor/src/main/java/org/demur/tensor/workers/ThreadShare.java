package org.demur.tensor.workers;

import java.util.Optional;
import org.demur.tensor.Engine;
import org.demur.tensor.MatrixThreads;

/// Fewer threads for a while: workers on one machine share its cores.
public final class ThreadShare implements AutoCloseable {
  private final int before = Engine.threads();
  private final Optional<Integer> matrixBefore = MatrixThreads.count();

  /// Begins to use so many threads.
  public ThreadShare(int threads) {
    Engine.setThreads(threads);
  }

  /// Goes back to the threads of before, which were not always as many for matrices.
  @Override
  public void close() {
    Engine.setThreads(before);
    matrixBefore.ifPresent(MatrixThreads::set);
  }
}
