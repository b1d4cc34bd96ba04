package org.demur.report;

/// Mean and standard deviation of a score over prompts.
///
/// @param mean the mean, or `NaN` without prompts
/// @param sd the sample standard deviation, or `NaN` with fewer than two prompts
/// @param n prompts
public record Spread(double mean, double sd, int n) {}
