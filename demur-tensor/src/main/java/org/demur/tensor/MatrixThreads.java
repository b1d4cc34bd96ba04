package org.demur.tensor;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Threads of OpenBLAS, which multiplies matrices for libtorch and has a pool of its own.
public final class MatrixThreads {
  private static final String GET = "openblas_get_num_threads";
  private static final String SET = "openblas_set_num_threads";

  private MatrixThreads() {}

  /// Threads that one product may use; empty where libtorch multiplies with another library.
  public static Optional<Integer> count() {
    return found(GET)
        .map(function -> (int) call(function, FunctionDescriptor.of(ValueLayout.JAVA_INT)));
  }

  /// Sets how many threads one product may use; does nothing where libtorch multiplies with another
  /// library.
  public static void set(int threads) {
    found(SET)
        .ifPresent(
            function -> call(function, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT), threads));
  }

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
}
