package org.demur.model.verify;

import java.util.OptionalDouble;

/// One comparison.
///
/// @param name what was compared
/// @param difference largest absolute difference divided by the largest absolute value of the
///   reference, unless the name says otherwise; NaN when something was not finite
/// @param tolerance largest difference that passes; empty when the comparison is only reported
public record Check(String name, double difference, OptionalDouble tolerance) {
  /// A comparison with a tolerance.
  public static Check of(String name, double difference, double tolerance) {
    return new Check(name, difference, OptionalDouble.of(tolerance));
  }

  /// A comparison that is only reported.
  public static Check reported(String name, double difference) {
    return new Check(name, difference, OptionalDouble.empty());
  }

  /// Whether it is within its tolerance; a comparison that is only reported does not fail.
  public boolean pass() {
    return tolerance.isEmpty() || difference <= tolerance.getAsDouble();
  }
}
