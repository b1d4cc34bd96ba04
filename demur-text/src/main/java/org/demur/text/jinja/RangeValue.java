package org.demur.text.jinja;

import java.math.BigInteger;

/// A Python `range`.
///
/// @param length how many elements it has, at most [#MAX_LENGTH]
record RangeValue(BigInteger start, BigInteger stop, BigInteger step, int length) implements Value {
  /// The longest range that jinja2's sandbox allows.
  static final int MAX_LENGTH = 100_000;

  /// A range as `range(start, stop, step)` makes it.
  static RangeValue of(BigInteger start, BigInteger stop, BigInteger step) {
    if (step.signum() == 0) {
      throw JinjaException.value("range() arg 3 must not be zero");
    }
    BigInteger distance = step.signum() > 0 ? stop.subtract(start) : start.subtract(stop);
    BigInteger length =
        distance.signum() <= 0
            ? BigInteger.ZERO
            : distance.subtract(BigInteger.ONE).divide(step.abs()).add(BigInteger.ONE);
    if (length.compareTo(BigInteger.valueOf(MAX_LENGTH)) > 0) {
      throw new JinjaException(
          ErrorKind.OVERFLOW,
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE (%d)."
              .formatted(MAX_LENGTH));
    }
    return new RangeValue(start, stop, step, length.intValueExact());
  }

  /// The element at an index from 0 to length - 1.
  Int element(int index) {
    return new Int(start.add(step.multiply(BigInteger.valueOf(index))));
  }

  @Override
  public String typeName() {
    return "range";
  }
}
