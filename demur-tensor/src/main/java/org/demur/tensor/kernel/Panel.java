package org.demur.tensor.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Rows of numbers in memory, one for each token, in single precision or bfloat16.
///
/// @param memory the numbers
/// @param stride numbers from one token to the next
/// @param half whether they are bfloat16
public record Panel(MemorySegment memory, int stride, boolean half) {
  /// Bytes of a number.
  int bytes() {
    return half ? Short.BYTES : Float.BYTES;
  }

  /// Where a number lies.
  long at(int token, int column) {
    return ((long) token * stride + column) * bytes();
  }

  FloatVector load(int token, int column) {
    long at = at(token, column);
    return half ? Lanes.bfloats(memory, at) : Lanes.floats(memory, at);
  }

  void store(FloatVector value, int token, int column) {
    long at = at(token, column);
    if (half) {
      Lanes.putBfloats(value, memory, at);
    } else {
      Lanes.put(value, memory, at);
    }
  }
}
