package org.demur.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;

/// Copies the elements of a tensor to Java arrays, from any device and memory layout.
final class TensorReader {
  private TensorReader() {}

  static float[] floats(Tensor tensor) {
    return read(tensor, DType.FLOAT32, memory -> memory.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
  }

  static double[] doubles(Tensor tensor) {
    return read(tensor, DType.FLOAT64, memory -> memory.toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED));
  }

  static long[] longs(Tensor tensor) {
    return read(tensor, DType.INT64, memory -> memory.toArray(ValueLayout.JAVA_LONG_UNALIGNED));
  }

  private static <A> A read(Tensor tensor, DType type, Function<MemorySegment, A> copy) {
    try (Scope scope = Scope.open()) {
      Tensor local = tensor.detach().to(type).contiguous();
      Tensor reachable =
          local.handle().is_cuda() ? Tensor.make("to cpu", () -> local.handle().cpu()) : local;
      return copy.apply(reachable.memory());
    }
  }
}
