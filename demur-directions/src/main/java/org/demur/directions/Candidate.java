package org.demur.directions;

/// A direction that might be the refusal direction.
///
/// @param position token that it comes from, counted from the end of the prompt (-1 is the last)
/// @param layer block whose input it comes from
public record Candidate(int position, int layer) {}
