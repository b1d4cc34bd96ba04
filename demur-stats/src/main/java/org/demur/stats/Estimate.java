package org.demur.stats;

/// A value computed from data, with its interval and the number of rows behind it.
///
/// @param value the point estimate, from all rows
/// @param interval its confidence interval; it need not be symmetric about the value
/// @param n rows that the value was computed from, both classes together
public record Estimate(double value, Interval interval, int n) {}
