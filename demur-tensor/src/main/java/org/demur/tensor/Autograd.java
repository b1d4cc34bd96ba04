package org.demur.tensor;

import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;

/// Whether operations of this thread record what gradients need.
///
/// ```java
/// try (Autograd off = Autograd.off()) { ... }
/// ```
public final class Autograd implements AutoCloseable {
  private final AutoGradMode guard;

  private Autograd(boolean recording) {
    guard = new AutoGradMode(recording);
  }

  /// Stops recording until closed: inference.
  public static Autograd off() {
    return new Autograd(false);
  }

  /// Records until closed: training and gradient checks.
  public static Autograd on() {
    return new Autograd(true);
  }

  /// Whether operations of this thread are recorded now.
  public static boolean recording() {
    return GradMode.is_enabled();
  }

  /// Restores the mode that was set before.
  @Override
  public void close() {
    guard.close();
  }
}
