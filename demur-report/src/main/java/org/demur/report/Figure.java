package org.demur.report;

/// A named number of the verdict.
///
/// @param name what it is, in a few words ("refused, harmful prompts")
/// @param measured the number with its interval and n
/// @param unit how it is written
public record Figure(String name, Measured measured, Unit unit) {
  /// A share as a figure.
  public static Figure of(String name, Rate rate) {
    return new Figure(name, rate.measured(), Unit.SHARE);
  }
}
