package org.demur.model.intervention;

import java.util.Optional;
import org.demur.model.hook.HookPoint;

/// Proof of what one intervention did at one hook point during a run.
///
/// @param intervention its label
/// @param index its place in the order of the plan, from 0
/// @param hookPoint where
/// @param calls passes in which it touched at least one token
/// @param tokens tokens touched, over all passes and rows; tokens that all rows begin with may be
///   run, and then count, once
/// @param meanRelativeChange mean over the tokens of |h' - h| / |h|
/// @param meanProjectionBefore mean of h . r for the unit vector r of the intervention, when it has
///   one
/// @param meanProjectionAfter the same after the edit
public record Receipt(
    String intervention,
    int index,
    HookPoint hookPoint,
    int calls,
    long tokens,
    double meanRelativeChange,
    Optional<Double> meanProjectionBefore,
    Optional<Double> meanProjectionAfter) {}
