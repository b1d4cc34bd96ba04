package org.demur.bench;

import java.util.List;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// What the machine can do in one type: measured with the library that computes the models, so it
/// is a limit for these operations and not for the silicon.
///
/// @param type type of the matrices
/// @param flopsPerSecond best matrix product
/// @param bytesPerSecond best reading of more memory than the caches hold
public record MachinePeaks(DType type, double flopsPerSecond, double bytesPerSecond) {
  /// Bytes that are read, unless a test takes fewer.
  private static final long READ_BYTES = 512L << 20;

  /// A large square product, and an MLP of a small model: rows, inner width, columns.
  private static final List<int[]> SHAPES =
      List.of(new int[] {1024, 1024, 1024}, new int[] {512, 576, 1536});

  private static final long LEAST_NANOS = 250_000_000;
  private static final int LEAST_RUNS = 3;
  private static final double NANOS = 1e9;

  /// Measures for about a second.
  public static MachinePeaks measure(DType type, Device device) {
    return new MachinePeaks(type, measureProducts(type, device), reading(device, READ_BYTES));
  }

  /// The same for another type, whose memory is the same.
  public MachinePeaks inType(DType other, Device device) {
    return new MachinePeaks(other, measureProducts(other, device), bytesPerSecond);
  }

  private static double measureProducts(DType type, Device device) {
    return SHAPES.stream()
        .mapToDouble(shape -> matrixProduct(type, device, shape[0], shape[1], shape[2]))
        .max()
        .orElse(0);
  }

  /// Operations per second of `[m, k] x [n, k]^T`, the best of some runs.
  static double matrixProduct(DType type, Device device, int m, int k, int n) {
    try (Scope scope = Scope.open()) {
      Tensor left = ones(type, device, m, k);
      Tensor right = ones(type, device, n, k);
      return 2.0 * m * k * n / best(() -> left.linear(right));
    }
  }

  /// Bytes per second at which numbers are summed.
  static double reading(Device device, long bytes) {
    try (Scope scope = Scope.open()) {
      Tensor numbers = ones(DType.FLOAT32, device, bytes / DType.FLOAT32.bytes());
      return bytes / best(numbers::sum);
    }
  }

  private static Tensor ones(DType type, Device device, long... shape) {
    return Tensors.zeros(type, device, shape).add(1.0);
  }

  private interface Operation {
    Tensor run();
  }

  /// Seconds of the fastest run.
  private static double best(Operation operation) {
    once(operation);
    long least = Long.MAX_VALUE;
    long sum = 0;
    for (int run = 0; run < LEAST_RUNS || sum < LEAST_NANOS; run++) {
      long nanos = once(operation);
      least = Math.min(least, nanos);
      sum += nanos;
    }
    return least / NANOS;
  }

  /// Reading one number waits for a device that computes on its own.
  private static long once(Operation operation) {
    long start = System.nanoTime();
    try (Scope scope = Scope.open()) {
      operation.run().reshape(-1).narrow(0, 0, 1).item();
    }
    return System.nanoTime() - start;
  }
}
