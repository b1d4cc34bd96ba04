package org.demur.guard;

/// What a guard says about one prompt.
///
/// @param score mean over the rows of the window; positive is harmful (or refused)
/// @param byRow the score of every row, also outside of the window, `[nLayers + 1]`
/// @param flagged whether the score reaches the threshold
public record GuardScore(double score, double[] byRow, boolean flagged) {}
