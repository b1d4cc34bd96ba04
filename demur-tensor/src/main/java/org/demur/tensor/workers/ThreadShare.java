package org.demur.tensor.workers;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.demur.tensor.Engine;

/// Fewer threads for a while: workers on one machine share its cores.
///
/// Sets libtorch's threads and those of OpenBLAS, which has a pool of its own.
public final class ThreadShare implements AutoCloseable {
  private static final String GET = "openblas_get_num_threads";
  private static final String SET = "openblas_set_num_threads";

  private final int before = Engine.threads();
  private final Optional<Integer> matrixBefore = matrixThreads();

  /// Begins to use so many threads.
  public ThreadShare(int threads) {
    Engine.setThreads(threads);
    matrixBefore.ifPresent(known -> setMatrixThreads(threads));
  }

  private static Optional<Integer> matrixThreads() {
    return found(GET)
        .map(function -> (int) call(function, FunctionDescriptor.of(ValueLayout.JAVA_INT)));
  }

  private static void setMatrixThreads(int threads) {
    found(SET)
        .ifPresent(
            function -> call(function, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT), threads));
  }

  /// Where libtorch multiplies with another library there is no such function.
  private static Optional<MemorySegment> found(String name) {
    return SymbolLookup.loaderLookup().find(name);
  }

  private static Object call(
      MemorySegment function, FunctionDescriptor description, Object... arguments) {
    try {
      return Linker.nativeLinker()
          .downcallHandle(function, description)
          .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("the threads of OpenBLAS cannot be set", e);
    }
  }

  /// Goes back to the threads of before.
  @Override
  public void close() {
    Engine.setThreads(before);
    matrixBefore.ifPresent(ThreadShare::setMatrixThreads);
  }
}
