package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How single numbers lie in memory.
final class Numbers {
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Numbers() {}

  static void put(float value, MemorySegment memory, int index) {
    memory.set(FLOAT, (long) index * Float.BYTES, value);
  }
}
