package org.demur.tensor;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;
import org.demur.core.ErrorCode;

/// The native library as a whole: threads, version, memory.
public final class Engine {
  private Engine() {}

  /// Loads the native library; later calls cost nothing.
  ///
  /// @throws TensorException when there are no natives for this platform
  public static void load() {
    try {
      Loader.load(torch.class);
    } catch (UnsatisfiedLinkError e) {
      throw new TensorException(
          ErrorCode.TENSOR_NATIVE,
          "libtorch could not be loaded for " + Loader.getPlatform() + ": " + e.getMessage(),
          e);
    }
  }

  /// Begins to load the native library on a thread of its own, so that it is there when it is
  /// needed. What goes wrong is left for [#load] to tell.
  public static void preload() {
    Thread.ofPlatform()
        .daemon()
        .name("demur-preload")
        .start(
            () -> {
              try {
                load();
              } catch (TensorException | LinkageError e) {
                // whoever needs the library loads it again and reports this
              }
            });
  }

  /// Threads that one operation may use.
  public static int threads() {
    return torch.get_num_threads();
  }

  /// Sets how many threads one operation may use, products of OpenBLAS included.
  ///
  /// @throws TensorException when `threads` is not positive
  public static void setThreads(int threads) {
    if (threads < 1) {
      throw new TensorException(ErrorCode.USAGE, "threads must be at least 1, got " + threads);
    }
    torch.set_num_threads(threads);
    MatrixThreads.set(threads);
  }

  /// Sets the generator that [Tensor#dropout(double)] draws from: what is drawn after it depends on
  /// the seed and on the draws before, nothing else.
  public static void seed(long seed) {
    torch.manual_seed(seed);
  }

  /// Whether the processor multiplies bfloat16 matrices faster than single-precision ones: it has
  /// instructions for it. Elsewhere libtorch emulates them, which takes many times as long.
  public static boolean multipliesBfloat16Fast() {
    return Processor.MULTIPLIES_BFLOAT16;
  }

  /// Version of libtorch and of its Java presets, such as `2.10.0-1.5.13`.
  public static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /// Resident memory of this process in bytes, natives included.
  public static long residentBytes() {
    return Pointer.physicalBytes();
  }
}
