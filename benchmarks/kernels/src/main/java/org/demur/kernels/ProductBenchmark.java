package org.demur.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.BfloatMatrix;
import org.demur.tensor.kernel.FloatMatrix;
import org.demur.tensor.kernel.Matrix;
import org.demur.tensor.kernel.Products;
import org.demur.tensor.kernel.Q8Matrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Products with few rows: our kernels in three types of weights beside libtorch in fp32.
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProductBenchmark {
  /// Outputs times inputs of the weight.
  @Param({"1536x576", "576x1536", "49152x576"})
  public String weight = "";

  /// Rows of the input.
  @Param({"1", "8", "32"})
  public int tokens;

  private Arena arena;
  private Scope scope;
  private Matrix floats;
  private Matrix halves;
  private Matrix blocks;
  private MemorySegment x;
  private MemorySegment y;
  private Tensor input;
  private Tensor output;
  private Tensor matrix;

  /// Fills weights and inputs.
  @Setup(Level.Trial)
  public void prepare() {
    String[] sizes = weight.split("x");
    int rows = Integer.parseInt(sizes[0]);
    int columns = Integer.parseInt(sizes[1]);
    arena = Arena.ofShared();
    MemorySegment memory = arena.allocate((long) rows * columns * Float.BYTES, 64);
    for (long at = 0; at < memory.byteSize(); at += Short.BYTES) {
      memory.set(ValueLayout.JAVA_SHORT, at, (short) (0x3c00 + at * 7 % 255));
    }
    floats = new FloatMatrix(memory, rows, columns);
    halves = new BfloatMatrix(memory, rows, columns);
    blocks = new Q8Matrix(memory, rows, columns);
    x = arena.allocate((long) tokens * columns * Float.BYTES, 64);
    y = arena.allocate((long) tokens * rows * Float.BYTES, 64);
    for (int i = 0; i < tokens * columns; i++) {
      x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) Math.sin(i));
    }
    scope = Scope.open();
    input = Tensors.zeros(DType.FLOAT32, Device.CPU, tokens, columns).add(0.5);
    output = Tensors.empty(DType.FLOAT32, Device.CPU, tokens, rows);
    matrix = Tensors.zeros(DType.FLOAT32, Device.CPU, rows, columns).add(0.01);
  }

  /// Frees them.
  @TearDown(Level.Trial)
  public void free() {
    scope.close();
    arena.close();
  }

  /// Our kernel, fp32 weights.
  @Benchmark
  public void fp32() {
    multiply(floats);
  }

  /// Our kernel, bf16 weights.
  @Benchmark
  public void bf16() {
    multiply(halves);
  }

  /// Our kernel, blocks of 32 signed bytes.
  @Benchmark
  public void q8() {
    multiply(blocks);
  }

  private void multiply(Matrix weights) {
    Products.multiply(weights, x, tokens, y, weights.rows(), 0);
  }

  /// libtorch, fp32 weights.
  @Benchmark
  public void libtorch() {
    try (Autograd off = Autograd.off()) {
      output.assignProduct(input, matrix);
    }
  }
}
