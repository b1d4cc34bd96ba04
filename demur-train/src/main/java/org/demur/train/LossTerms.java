package org.demur.train;

/// Cross-entropy of a batch, nats per token.
///
/// @param total what is minimised
/// @param harmful mean over the learnt tokens of harmful rows; NaN without such rows
/// @param utility mean over the learnt tokens of utility rows; NaN without such rows
/// @param tokens learnt tokens
public record LossTerms(double total, double harmful, double utility, int tokens) {}
