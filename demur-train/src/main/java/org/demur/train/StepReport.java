package org.demur.train;

import org.demur.model.Usage;

/// What one step of a training did.
///
/// @param step its number, from 1
/// @param loss before the step, nats
/// @param learningRate of the step
/// @param gradientNorm before it was bounded
/// @param ablatedRows rows that were ablated
/// @param meanChange mean of |change| / |residual stream| over ablated tokens and layers; 0 without
/// @param usage passes and tokens, those of the directions included
/// @param refreshUsage passes and tokens of the directions
/// @param seconds of the whole step
/// @param refreshSeconds of the directions
public record StepReport(
    int step,
    LossTerms loss,
    double learningRate,
    double gradientNorm,
    int ablatedRows,
    double meanChange,
    Usage usage,
    Usage refreshUsage,
    double seconds,
    double refreshSeconds) {}
