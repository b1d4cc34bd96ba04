package org.demur.train;

import org.demur.model.Usage;

/// What one step of a training did.
///
/// @param step its number, from 1
/// @param loss before the step, nats
/// @param learningRate of the step
/// @param gradientNorm before it was bounded
/// @param ablatedRows rows whose activations were edited: ablated, or perturbed by an inner attack
/// @param meanChange mean of |change| / |residual stream| over edited tokens and layers; 0 without
/// @param usage passes, rows and tokens, those of the preparation included
/// @param refreshUsage of the preparation: of directions, an inner attack or the model without its
///   adapter
/// @param seconds of the whole step
/// @param refreshSeconds of the preparation
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
