package org.demur.model.decoder;

import org.demur.tensor.Engine;

/// Whether passes of this thread draw the dropout of low-rank changes.
///
/// Only training does; everything else that runs a model with an adapter on, the directions of
/// ReFAT included, computes without it. The seed is set again for each block, so that a block that
/// is run twice draws the same.
///
/// ```java
/// try (Dropout drawn = Dropout.seeded(seed)) { ... }
/// ```
final class Dropout implements AutoCloseable {
  private static final ThreadLocal<Boolean> DRAWN = ThreadLocal.withInitial(() -> false);

  private final boolean before;

  private Dropout(boolean drawn) {
    before = DRAWN.get();
    DRAWN.set(drawn);
  }

  /// Draws dropout until closed, from the generator with this seed.
  static Dropout seeded(long seed) {
    Engine.seed(seed);
    return new Dropout(true);
  }

  /// Draws none until closed.
  static Dropout off() {
    return new Dropout(false);
  }

  /// Whether this thread draws dropout now.
  static boolean drawn() {
    return DRAWN.get();
  }

  /// Restores what was set before.
  @Override
  public void close() {
    DRAWN.set(before);
  }
}
