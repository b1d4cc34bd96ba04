package org.demur.tensor.kernel;

/// Whether the kernels can be used in this process.
public final class Kernels {
  /// With four lanes (NEON) nothing is gained over libtorch.
  private static final int FEWEST_LANES = 8;

  private static final boolean AVAILABLE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          && Lanes.COUNT >= FEWEST_LANES;

  private Kernels() {}

  /// Whether the JVM was started with `--add-modules jdk.incubator.vector` and the processor has
  /// wide enough instructions.
  public static boolean available() {
    return AVAILABLE;
  }

  /// Numbers that one instruction handles; widths of vectors must be multiples of it.
  public static int lanes() {
    return Lanes.COUNT;
  }
}
